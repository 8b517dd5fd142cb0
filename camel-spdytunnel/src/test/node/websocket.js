'use strict'

// WebSocket ends that are not of this project: npm's ws, in the role that the first argument names. What happens is told
// on stdout, one JSON object a line; ForeignPeer.java reads it.

const { WebSocket, WebSocketServer } = require('ws')

const role = process.argv[2]

const MAX_MESSAGE_BYTES = 32 * 1024 * 1024

function tell (event) {
  process.stdout.write(JSON.stringify(event) + '\n')
}

/** Echoes; some texts are wishes: close:code:reason, ping. */
function serve () {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: { threshold: 0 },
    handleProtocols: offered => offered.has('chat.v2') ? 'chat.v2' : false
  })
  server.on('listening', () => tell({ port: server.address().port }))
  server.on('connection', (socket, request) => {
    tell({ connected: request.url, extensions: socket.extensions, protocol: socket.protocol })
    socket.on('message', (data, isBinary) => {
      const text = isBinary || data.length > 100 ? '' : data.toString()
      if (text.startsWith('close:')) {
        socket.close(Number(text.split(':')[1]), text.split(':')[2])
      } else if (text === 'ping') {
        socket.ping('are you there')
      } else {
        socket.send(data, { binary: isBinary })
      }
    })
    socket.on('pong', data => tell({ pong: data.toString() }))
    socket.on('close', (code, reason) => tell({ closed: code, why: reason.toString() }))
    socket.on('error', error => tell({ error: error.message }))
  })
}

/** Sends so many messages of so many bytes as fast as they go, and tells when all have come back. */
function talk (url, messages, bytes) {
  const socket = new WebSocket(url, ['chat.v1', 'chat.v2'], {
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: process.argv[6] === 'deflate' ? { threshold: 0 } : false
  })
  const message = 'x'.repeat(bytes)
  let back = 0
  let begun
  socket.on('open', () => {
    tell({ open: true, extensions: socket.extensions, protocol: socket.protocol })
    begun = process.hrtime.bigint()
    for (let i = 0; i < messages; i++) socket.send(message)
  })
  socket.on('message', data => {
    if (data.toString() !== message) tell({ error: 'a message came back changed' })
    back++
    if (back === messages) {
      tell({ back, millis: Number(process.hrtime.bigint() - begun) / 1e6 })
      socket.close(4001, 'enough')
    }
  })
  socket.on('close', (code, reason) => tell({ closed: code, why: reason.toString() }))
  socket.on('error', error => tell({ error: error.message }))
}

if (role === 'serve') {
  serve()
} else {
  talk(process.argv[3], Number(process.argv[4]), Number(process.argv[5]))
}
