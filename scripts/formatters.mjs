// Reads messages, writes what Cucumber's HTML formatter makes of them, and prints how Cucumber's query counts test cases.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [tools, messages, html] = process.argv.slice(2)
const require = createRequire(path.join(tools, 'package.json'))
const load = async (name) => import(pathToFileURL(require.resolve(name)))
const { CucumberHtmlStream } = await load('@cucumber/html-formatter')
const { Query } = await load('@cucumber/query')

const query = new Query()
const stream = new CucumberHtmlStream()
stream.pipe(fs.createWriteStream(html))
for (const line of fs.readFileSync(messages, 'utf8').split('\n').filter(Boolean)) {
  const envelope = JSON.parse(line)
  query.update(envelope)
  stream.write(envelope)
}
stream.end()
console.log(JSON.stringify(query.countMostSevereTestStepResultStatus()))
