// The durable memory: a folder with one file for each event, replaced as a whole with each change of its state.

import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const KEPT = 40 * 86_400_000 // ms that a finished event is remembered, to know its repeats

export const digest = (text) => createHash('sha256').update(text).digest('hex')

export class Store {
  #folder
  #events = new Map() // id to {id, created, time, customer, at, emails}: emails are null until looked up
  #open = new Set() // events with something left to do
  #writing = new Map() // id to the promise that it is on disk
  #newest = new Map() // address to its newest event
  #tries = new Map()
  #holds = {}
  #count = 0

  // Waits until no other process has the folder, then reads it.
  static async open(state) {
    const store = new Store()
    store.#folder = join(state, 'events')
    await mkdir(store.#folder, { recursive: true, mode: 0o700 })
    await alone(store.#folder)
    for (const name of await readdir(store.#folder)) {
      const path = join(store.#folder, name)
      if (name.endsWith('.tmp')) {
        await unlink(path) // was never acknowledged
        continue
      }
      const said = JSON.parse(await readFile(path, 'utf8'))
      if (name === 'holds.json') store.#holds = said
      else if (isDone(said) && Date.now() - said.at > KEPT) await unlink(path)
      else store.#learn(said)
    }
    return store
  }

  #learn(event) {
    this.#events.set(event.id, event)
    this.#open[isDone(event) ? 'delete' : 'add'](event)
    for (const email in event.emails ?? {}) {
      // Of two events at one instant the closing is the newer: nothing begins as it ends.
      const last = this.#newest.get(email)
      if (!last || event.time > last.time || (event.time === last.time && last.created)) this.#newest.set(email, event)
    }
  }

  async #write(name, content) {
    const path = join(this.#folder, name)
    const fresh = `${path}.${this.#count++}.tmp`
    const file = await open(fresh, 'w', 0o600)
    try {
      await file.writeFile(JSON.stringify(content))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(fresh, path)
    const folder = await open(this.#folder, 'r')
    await folder.sync().finally(() => folder.close())
  }

  // Keeps a webhook; it is on disk when this is over, also for who brings it again meanwhile.
  async hear(event) {
    if (this.#events.has(event.id)) return
    if (!this.#writing.has(event.id)) {
      const written = this.#write(`${digest(event.id)}.json`, event).then(() => this.#learn(event))
      this.#writing.set(event.id, written.finally(() => this.#writing.delete(event.id)))
    }
    await this.#writing.get(event.id)
  }

  // Writes down what became of an event's addresses: owed, told or never.
  async settle(event, emails) {
    const changed = { ...event.emails, ...emails }
    await this.#write(`${digest(event.id)}.json`, { ...event, emails: changed })
    event.emails = changed
    this.#learn(event)
  }

  // What to do next: the least tried, then the oldest. Lookups are of events, the rest is of their addresses.
  next(lookup) {
    let best = null
    for (const event of this.#open) {
      if ((event.emails === null) !== lookup) continue
      for (const [email, state] of Object.entries(event.emails ?? { '': 'owed' })) {
        if (state !== 'owed') continue
        const tries = this.#tries.get(`${event.id} ${email}`) ?? 0
        const better = !best || tries < best.tries || (tries === best.tries && event.time < best.event.time)
        if (better) best = { event, email, tries }
      }
    }
    return best
  }

  failed({ event, email, tries }) {
    this.#tries.set(`${event.id} ${email}`, tries + 1)
  }

  mark(email) {
    return this.#newest.get(email).created
  }

  // A side is left alone until then; with a key: by that key only. It outlives a restart.
  async hold(side, until, key = '') {
    this.#holds[side] = { until, key }
    await this.#write('holds.json', this.#holds)
  }

  held(side, key) {
    const { until = 0, key: of = '' } = this.#holds[side] ?? {}
    return of === '' || of === key ? until : 0
  }
}

const isDone = ({ emails }) => emails !== null && !Object.values(emails).includes('owed')

// Node has no file locks. On Linux an abstract socket is one: it is gone with its process, however that ends.
async function alone(folder) {
  while (process.platform === 'linux') {
    const socket = createServer().unref()
    const free = await new Promise((resolve) => {
      socket.once('error', () => resolve(false))
      socket.listen(`\0gladly-klaviyo-${digest(folder)}`, () => resolve(true))
    })
    if (free) return
    await sleep(200)
  }
}
