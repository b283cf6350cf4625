// An integration between Gladly and Klaviyo on Klaviyo's SDK, written from docs/integration-contract.md. See README.md.

import { timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { Gladly, Klaviyo, LONGEST } from './calls.js'
import { digest, Store } from './store.js'

const BODY = 8_000_000 // bytes
const CREATED = { 'CONVERSATION/CREATED': true, 'CONVERSATION/CLOSED': false }
const say = (text) => process.stderr.write(`${text}\n`)

// Does the jobs of one side, one after the other, as fast as that side lets it.
class Worker {
  failures = 0
  #wake = () => {}

  constructor(side, secret, store, next, job) {
    Object.assign(this, { side, key: digest(secret).slice(0, 12), store, next, job })
    this.free = store.held(side, this.key)
  }

  rouse() {
    this.#wake()
  }

  async run(stop) {
    while (!stop.aborted) {
      const job = this.next()
      const rest = this.free - Date.now()
      if (job && rest <= 0) await this.#attempt(job)
      else await this.#pause(job ? rest : 60_000, stop)
    }
  }

  async #pause(ms, stop) {
    const enough = new AbortController()
    this.#wake = () => enough.abort()
    const both = AbortSignal.any([stop, enough.signal])
    await sleep(Math.min(ms + 1, 60_000), undefined, { signal: both }).catch(() => {})
  }

  async #attempt(job) {
    let { name, pause } = { name: 'trouble', pause: 0 }
    try {
      ;({ name, pause } = await this.job(job))
    } catch (error) {
      say(`${this.side}: ${error?.code ?? error?.name}`) // its text might hold an address
    }
    if (name === 'done' || name === 'never') {
      this.failures = 0
      return
    }
    if (name === 'trouble') this.store.failed(job)
    this.failures = Math.min(this.failures + 1, 10)
    this.free = Date.now() + Math.max(pause, Math.min(250 * 2 ** this.failures, LONGEST))
    if (name === 'refused') say(`${this.side} refuses the key; what is owed waits for another one`)
    if (name === 'refused' || name === 'wait') {
      await this.store.hold(this.side, this.free, name === 'refused' ? this.key : '').catch(() => {})
    }
  }
}

// Returns what is kept of a webhook, null for one that is of no use; throws for what is no event of Gladly.
function eventOf(body) {
  const said = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  if (typeof said?.type !== 'string' || said.type === '') throw new TypeError('no type')
  if (!Object.hasOwn(CREATED, said.type)) return null
  const { id, timestamp, content } = said
  const customer = content?.customerId
  for (const each of [id, customer]) {
    if (typeof each !== 'string' || each === '' || !each.isWellFormed()) throw new TypeError('an id is missing')
  }
  // In UTC, with nine digits of a second: so it sorts as text.
  const [, whole, digits = '', zone = 'Z'] = /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)?$/.exec(timestamp)
  const second = new Date(whole + zone).toISOString().slice(0, 19)
  if (!/^\d{4}-/.test(second)) throw new RangeError('no such year')
  const time = `${second}.${digits.padEnd(9, '0').slice(0, 9)}Z`
  return { id, created: CREATED[said.type], time, customer, at: Date.now(), emails: null }
}

// Answers a webhook: what is accepted is on disk before.
function receiver(authorization, store, heard) {
  const judge = async (request, body) => {
    if (request.url !== '/webhooks/gladly') return 404
    const [, given = ''] = /^basic +(\S+)\s*$/i.exec(request.headers.authorization ?? '') ?? []
    const [a, b] = [given, authorization].map((text) => Buffer.from(digest(text)))
    if (!timingSafeEqual(a, b)) return 401
    if (request.method !== 'POST') return 405
    try {
      const event = eventOf(body)
      if (event) await store.hear(event)
      if (event) heard()
      return 200
    } catch (error) {
      return error?.syscall ? 503 : 400 // the disk's fault, or the sender's
    }
  }
  return async (request, response) => {
    const pieces = []
    let size = 0
    try {
      // Read before all else, so that a stranger gets the same answer whatever he says.
      for await (const piece of request) if ((size += piece.length) <= BODY) pieces.push(piece)
    } catch {
      return // hung up
    }
    const status = await judge(request, size <= BODY ? Buffer.concat(pieces) : Buffer.alloc(0))
    const headers = { 'Content-Length': 0 }
    if (status === 401) headers['WWW-Authenticate'] = 'Basic realm="webhooks"'
    response.writeHead(status, headers).end()
  }
}

async function main(env) {
  const needed = 'PORT GLADLY_BASE_URL GLADLY_USERNAME GLADLY_API_TOKEN WEBHOOK_USERNAME WEBHOOK_PASSWORD STATE_DIR'
  const missing = needed.split(' ').filter((name) => !env[name]?.trim())
  if (missing.length) throw new Error(`not set: ${missing.join(', ')}`)
  const stop = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT']) process.on(name, () => stop.abort())
  const [privateKey, publicKey] = ['PRIVATE', 'PUBLIC'].map((kind) => (env[`KLAVIYO_${kind}_KEY`] ?? '').trim())
  const [user, token] = [env.GLADLY_USERNAME.trim(), env.GLADLY_API_TOKEN.trim()]
  const klaviyo = new Klaviyo(env.KLAVIYO_BASE_URL || 'https://a.klaviyo.com', privateKey, publicKey)
  const gladly = new Gladly(env.GLADLY_BASE_URL, user, token)
  const store = await Store.open(env.STATE_DIR)

  const teller = new Worker('klaviyo', privateKey + publicKey, store, () => store.next(false), async (job) => {
    const verdict = await klaviyo.tell(job, store.mark(job.email))
    if (verdict.name === 'never') say(`Klaviyo will never take event ${job.event.id}`)
    const state = { done: 'told', never: 'never' }[verdict.name]
    if (state) await store.settle(job.event, { [job.email]: state })
    return verdict
  })
  const finder = new Worker('gladly', `${user} ${token}`, store, () => store.next(true), async (job) => {
    const verdict = await gladly.find(job.event.customer)
    if (verdict.name !== 'done') return verdict
    await store.settle(job.event, Object.fromEntries([...verdict.emails].map((email) => [email, 'owed'])))
    teller.rouse()
    return verdict
  })

  const authorization = Buffer.from(`${env.WEBHOOK_USERNAME}:${env.WEBHOOK_PASSWORD}`).toString('base64')
  const server = createServer({ requestTimeout: 12_000 }, receiver(authorization, store, () => finder.rouse()))
  server.on('error', (error) => {
    say(`cannot listen: ${error.code}`)
    process.exit(1)
  })
  server.listen(Number(env.PORT), '127.0.0.1')
  const working = Promise.all([finder.run(stop.signal), teller.run(stop.signal)])
  await new Promise((resolve) => stop.signal.addEventListener('abort', resolve))
  // Calls get three seconds to end. One that is cut off is made again, under the same id.
  server.close()
  await Promise.race([working, sleep(3000)])
}

main(process.env).then(
  () => process.exit(0),
  (error) => {
    say(error.message)
    process.exit(1)
  },
)
