// Calls to Gladly and Klaviyo, and what their answers mean.

import klaviyo from 'klaviyo-api'

const CALL = 8_000 // ms for a whole call
export const PARKED = 60_000
export const LONGEST = 8_000 // of our own waits

// The verdicts: done, never (the job is at fault), refused (the key is), wait (so we were asked), trouble (nobody is).
const verdict = (name, pause = 0) => ({ name, pause })

// Returns {status, headers, text, whole}; without an answer the status is 0.
async function answered(call) {
  const answer = { status: 0, headers: new Headers(), text: '', whole: false }
  try {
    const { status, headers, body } = await call(AbortSignal.timeout(CALL))
    Object.assign(answer, { status, headers })
    const pieces = []
    for await (const piece of body ?? []) pieces.push(piece)
    answer.text = Buffer.concat(pieces).toString().trim()
    answer.whole = true
  } catch {
    // What the error says may hold a key; that there is no whole answer is all that matters.
  }
  return answer
}

const ask = (url, options) =>
  answered((signal) => fetch(url, { ...options, signal, redirect: 'manual' }))

// An API speaks JSON; whatever stands in front of it does not.
function said({ text, whole }) {
  try {
    const value = whole ? JSON.parse(text) : null
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

// The ms of Retry-After. A date is held against the sender's own clock, which need not be ours.
function asked({ headers }) {
  const given = (headers.get('retry-after') ?? '').trim()
  const now = Date.parse(headers.get('date') ?? '') || Date.now()
  const wait = /^\d+(\.\d*)?$/.test(given) ? Number(given) * 1000 : /[a-z]/i.test(given) ? Date.parse(given) - now : 0
  return Math.min(Math.max(wait || 0, 0), 86_400_000)
}

function judge(answer) {
  const { status } = answer
  if (status === 429) return verdict('wait', Math.max(1000, asked(answer)))
  if (said(answer)) {
    if (status === 401 || status === 403 || status === 410) return verdict('refused', PARKED)
    if (status === 400 || status === 413 || status === 422) return verdict('never')
  }
  return verdict('trouble', Math.min(asked(answer), LONGEST))
}

// One call and no retries of the SDK's own, which know nothing of a pause; and the whole answer, whatever it is.
class OneCall extends klaviyo.ApiKeySession {
  constructor(key) {
    super(key, new klaviyo.RetryWithExponentialBackoff({ numRetries: 1 }))
  }

  requestWithRetry(config) {
    const signal = AbortSignal.timeout(CALL)
    const all = { maxRedirects: 0, responseType: 'stream', validateStatus: () => true }
    return super.requestWithRetry({ ...config, ...all, signal })
  }
}

export class Klaviyo {
  constructor(url, privateKey, publicKey) {
    Object.assign(this, { url, privateKey, publicKey })
    this.events = new klaviyo.EventsApi(new OneCall(privateKey))
    this.events.basePath = url
  }

  async tell({ event, email }, mark) {
    const name = `${event.created ? 'started' : 'closed'} conversation in Gladly`
    const properties = { 'In Gladly Conversation': mark }
    if (!this.privateKey) return this.#track(event, email, name, properties)
    if (/[^!-~]/.test(this.privateKey)) return verdict('refused', PARKED) // no header can hold it
    const attributes = {
      properties: {},
      time: new Date(event.time.slice(0, 23) + 'Z'),
      uniqueId: event.id,
      metric: { data: { type: 'metric', attributes: { name } } },
      profile: { data: { type: 'profile', attributes: { email, properties } } },
    }
    const answer = await answered(async () => {
      const { response } = await this.events.createEvent({ data: { type: 'event', attributes } })
      return { status: response.status, headers: response.headers, body: response.data }
    })
    const taken = answer.status === 202 && answer.whole && (answer.text === '' || said(answer))
    return taken ? verdict('done') : judge(answer)
  }

  // The SDK knows no legacy API.
  async #track(event, email, name, properties) {
    if (!this.publicKey) return verdict('refused', PARKED)
    const data = JSON.stringify({
      token: this.publicKey,
      event: name,
      customer_properties: { $email: email, ...properties },
      properties: { $event_id: event.id },
      time: Math.floor(Date.parse(event.time.slice(0, 19) + 'Z') / 1000),
    })
    const answer = await ask(`${this.url}/api/track`, { method: 'POST', body: new URLSearchParams({ data }) })
    if (answer.status !== 200 || !answer.whole) return judge(answer)
    return verdict({ 1: 'done', 0: 'never' }[answer.text] ?? 'trouble')
  }
}

export class Gladly {
  constructor(url, user, token) {
    this.url = url
    this.headers = { Authorization: `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}` }
  }

  // Returns a verdict, with a customer's addresses if it is done: each once, following a merge.
  async find(customer) {
    for (let hops = 0; hops < 5; hops++) {
      const url = `${this.url}/api/v1/customer-profiles/${encodeURIComponent(customer)}`
      const answer = await ask(url, { headers: this.headers })
      const body = said(answer)
      if (answer.status === 200 && body?.id) {
        const entries = (body.emails ?? []).map(({ original, normalized }) => original?.trim() || normalized || '')
        const emails = new Set(entries.map((email) => email.trim().toLowerCase()))
        emails.delete('')
        return { ...verdict('done'), emails }
      }
      if (answer.status === 404 && body?.errors) return { ...verdict('done'), emails: new Set() }
      const moved = answer.status === 301 && body?.errors?.[0]?.meta?.new
      if (!moved) {
        const judged = judge(answer)
        return judged.name === 'never' ? verdict('trouble') : judged
      }
      customer = moved
    }
    return verdict('trouble')
  }
}
