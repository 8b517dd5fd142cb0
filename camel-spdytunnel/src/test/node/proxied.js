'use strict'

// A visitor through a secure web proxy that is not of this project. The first argument names what it speaks to the proxy,
// over Node's own TLS: spdy/3.1 by npm's spdy-transport, or h2 by Node's http2. The second is the proxy's port, and the rest are
// URLs: of http: the request itself goes to the proxy, of https: a CONNECT, with TLS and HTTP/1.1 within. What happens is
// told on stdout, one JSON object a line; ForeignPeer.java reads it.

const fs = require('fs')
const http2 = require('http2')
const https = require('https')
const tls = require('tls')
const transport = require('spdy-transport')

const ca = fs.readFileSync(process.env.PEER_CA)

function tell (event) {
  process.stdout.write(JSON.stringify(event) + '\n')
}

function textOf (readable) {
  return new Promise((resolve, reject) => {
    let text = ''
    readable.on('data', piece => { text += piece.toString('latin1') })
    readable.on('end', () => resolve(text))
    readable.on('error', reject)
  })
}

/** HTTP/1.1 in TLS in the stream that a CONNECT was granted. */
function within (stream, url) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ socket: stream, servername: url.hostname, ca, ALPNProtocols: ['http/1.1'] })
    socket.on('error', reject)
    https.get(url, { createConnection: () => socket }, async response => {
      resolve({ status: response.statusCode, text: await textOf(response) })
    }).on('error', reject)
  })
}

const ways = {
  'spdy/3.1': socket => {
    const connection = transport.connection.create(socket, { protocol: 'spdy', isServer: false })
    connection.on('error', error => tell({ connection: String(error.message) }))
    connection.start(3.1)
    const ask = (method, path, host, isWhole) => new Promise((resolve, reject) => {
      const stream = connection.request({ method, path, host, headers: {} })
      stream.on('response', status => resolve({ status, stream }))
      stream.on('error', reject)
      if (isWhole) stream.end()
    })
    return {
      get: url => ask('GET', url.href, url.host, true),
      connect: target => ask('CONNECT', target, target, false)
    }
  },

  h2: socket => {
    const session = http2.connect('https://localhost', { createConnection: () => socket })
    session.on('error', error => tell({ connection: String(error.message) }))
    const ask = (headers, isWhole) => new Promise((resolve, reject) => {
      const stream = session.request(headers, { endStream: isWhole })
      stream.on('response', head => resolve({ status: head[':status'], stream }))
      stream.on('error', reject)
    })
    return {
      get: url => ask({ ':scheme': 'http', ':authority': url.host, ':path': url.pathname + url.search }, true),
      connect: target => ask({ ':method': 'CONNECT', ':authority': target }, false)
    }
  }
}

async function visit (way, url) {
  if (url.protocol === 'http:') {
    const { status, stream } = await way.get(url)
    return { status, text: await textOf(stream) }
  }
  const { status, stream } = await way.connect(url.host)
  return status === 200
    ? { connected: status, ...await within(stream, url) }
    : { connected: status, text: await textOf(stream) }
}

const [protocol, port, ...urls] = process.argv.slice(2)
const socket = tls.connect({ port: Number(port), host: 'localhost', ca, ALPNProtocols: [protocol] }, async () => {
  tell({ alpn: socket.alpnProtocol })
  const way = ways[protocol](socket)
  for (const url of urls) {
    try {
      tell({ wish: url, ...await visit(way, new URL(url)) })
    } catch (error) {
      tell({ wish: url, error: String(error.message) })
    }
  }
})
socket.on('error', error => tell({ socket: String(error.message) }))
process.stdin.resume().on('end', () => process.exit(0)) // the test that started it is gone
