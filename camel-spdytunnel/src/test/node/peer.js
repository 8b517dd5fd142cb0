'use strict'

// A SPDY/3.1 end that is not of this project: npm's spdy-transport over Node's own TLS, in the role that the first
// argument names. What happens is told on stdout, one JSON object a line; ForeignPeer.java reads it.
//
// npm's spdy, the HTTP face of spdy-transport, is left out: its 4.0.2 breaks inside Node's streams from Node 18 on.

const fs = require('fs')
const tls = require('tls')
const crypto = require('crypto')
const transport = require('spdy-transport')

const role = process.argv[2]
const port = Number(process.argv[3])
const ca = fs.readFileSync(process.env.PEER_CA)

function tell (event) {
  process.stdout.write(JSON.stringify(event) + '\n')
}

function spdy (socket, isServer) {
  const connection = transport.connection.create(socket, { protocol: 'spdy', isServer })
  connection.on('error', error => tell({ connection: 'error', why: String(error.message) }))
  connection.on('close', () => tell({ connection: 'closed' }))
  connection.start(3.1)
  return connection
}

// ---- answers requests

function serve (stream) {
  const url = new URL(stream.path, 'https://localhost')
  const headers = { 'content-type': 'application/octet-stream', 'x-method': stream.method, 'x-peer': 'spdy-transport' }
  stream.on('error', () => {})
  if (url.pathname === '/echo') {
    stream.respond(200, headers)
    stream.pipe(stream)
  } else if (url.pathname === '/bytes') {
    const length = Number(url.searchParams.get('n'))
    stream.respond(200, { ...headers, 'content-length': String(length) })
    stream.end(Buffer.alloc(length, 'x'))
  } else if (url.pathname === '/count') {
    let bytes = 0
    stream.on('data', piece => { bytes += piece.length })
    stream.on('end', () => {
      stream.respond(200, headers)
      stream.end(String(bytes))
    })
  } else if (url.pathname === '/heads') {
    stream.respond(200, headers)
    stream.end(JSON.stringify(stream.headers))
  } else {
    stream.respond(404, headers)
    stream.end('nothing here')
  }
}

// ---- asks

function ask (connection, method, path, body) {
  return new Promise((resolve, reject) => {
    const stream = connection.request({ method, path, host: 'localhost', headers: { 'user-agent': 'spdy-transport' } })
    const digest = crypto.createHash('sha256')
    let status = 0
    let bytes = 0
    let text = ''
    stream.on('response', code => { status = code })
    stream.on('data', piece => {
      digest.update(piece)
      bytes += piece.length
      if (text.length < 1000) text += piece.toString('latin1')
    })
    stream.on('end', () => resolve({ status, bytes, sha256: digest.digest('hex'), text: bytes <= 1000 ? text : '' }))
    stream.on('error', reject)
    stream.end(body)
  })
}

/** What the rest of the arguments say: get:/path, post:/path:bytes, many:/path:times, ping, wait. */
async function askAll (connection, wishes) {
  for (const wish of wishes) {
    const [what, path, number] = wish.split(':')
    try {
      if (what === 'get') {
        tell({ wish, ...await ask(connection, 'GET', path) })
      } else if (what === 'post') {
        const body = crypto.randomBytes(Number(number))
        const sent = crypto.createHash('sha256').update(body).digest('hex')
        tell({ wish, sent, ...await ask(connection, 'POST', path, body) })
      } else if (what === 'many') {
        const answers = await Promise.all(Array.from({ length: Number(number) }, () => ask(connection, 'GET', path)))
        tell({ wish, ok: answers.filter(answer => answer.status === 200).length })
      } else if (what === 'ping') {
        await new Promise(resolve => connection.ping(resolve))
        tell({ wish })
      } else if (what === 'wait') {
        await new Promise(resolve => connection.once('close', resolve))
        tell({ wish })
      }
    } catch (error) {
      tell({ wish, error: String(error.message) })
    }
  }
}

// ---- the roles

function head (socket, then) {
  let seen = Buffer.alloc(0)
  socket.on('data', function more (piece) {
    seen = Buffer.concat([seen, piece])
    const end = seen.indexOf('\r\n\r\n')
    if (end < 0) return
    const text = seen.toString('latin1', 0, end)
    const length = Number((/\r\ncontent-length: *(\d+)/i.exec(text) || [0, 0])[1])
    if (seen.length < end + 4 + length) return
    socket.removeListener('data', more)
    socket.pause()
    socket.unshift(seen.subarray(end + 4 + length))
    then(text)
  })
}

const roles = {
  // Registers at our proxy and answers what comes down the tunnel.
  origin: (name, token) => {
    const socket = tls.connect({ port, host: 'localhost', ca, ALPNProtocols: ['http/1.1'] }, () => {
      socket.write(`PUT /${name} HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: Bearer ${token}\r\n` +
        'Content-Length: 0\r\n\r\n')
      head(socket, answer => {
        tell({ registered: answer.split('\r\n')[0] })
        spdy(socket, true).on('stream', serve)
      })
    })
    socket.on('error', error => tell({ socket: String(error.message) }))
  },

  // Lets our origin register, and sends requests down its tunnel.
  proxy: (...wishes) => {
    const server = tls.createServer({ pfx: fs.readFileSync(process.env.PEER_STORE), passphrase: process.env.PEER_PASS })
    server.on('secureConnection', socket => {
      socket.on('error', () => {})
      head(socket, request => {
        tell({ registration: request.split('\r\n')[0], alpn: socket.alpnProtocol })
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', () => {
          askAll(spdy(socket, false), wishes)
        })
      })
    })
    server.listen(0, '127.0.0.1', () => tell({ listening: server.address().port }))
  },

  // Visits a SPDY server.
  visitor: (...wishes) => {
    const socket = tls.connect({ port, host: 'localhost', ca, ALPNProtocols: ['spdy/3.1'] }, () => {
      tell({ alpn: socket.alpnProtocol })
      askAll(spdy(socket, false), wishes)
    })
    socket.on('error', error => tell({ socket: String(error.message) }))
  },

  // Is a SPDY server.
  server: (alpn) => {
    const server = tls.createServer({
      pfx: fs.readFileSync(process.env.PEER_STORE),
      passphrase: process.env.PEER_PASS,
      ALPNProtocols: alpn === 'none' ? undefined : [alpn]
    })
    server.on('secureConnection', socket => {
      socket.on('error', () => {})
      if (socket.alpnProtocol === 'spdy/3.1') {
        spdy(socket, true).on('stream', serve)
      }
    })
    server.listen(0, '127.0.0.1', () => tell({ listening: server.address().port }))
  }
}

roles[role](...process.argv.slice(4))
process.stdin.resume().on('end', () => process.exit(0)) // the test that started it is gone
