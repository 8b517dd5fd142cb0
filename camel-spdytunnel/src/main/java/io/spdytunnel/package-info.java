/**
 * The Camel component {@code spdytunnel}: an outbound-only HTTP tunnel as two endpoints.
 *
 * <p>The main flow, from the visitor at the proxy to the route at the origin and back:
 *
 * <pre>
 * TunnelClient.start → registration → OriginDirectory.register        the tunnel comes up
 *
 * FrontDoor → RequestExchanges.handle → route                         a visitor's request arrives
 *   → SpdyTunnelProducer.process → HttpCalls.send → Session.open      and goes down the tunnel
 *   → HttpServing.accept → RequestExchanges.handle → route            the origin's route has it
 *   → IncomingRequest.respond → Stream.reply                          its answer goes back
 *   → OutgoingCall.replied → route → IncomingRequest.respond          and out to the visitor
 *
 * serve:   VisitorServer → ProtocolChoice → SpdyVisitor or Http1Visitor
 *   → RequestExchanges.handle → route                                 the same without a tunnel, as the server
 * connect: SpdyTunnelProducer.process → KeptSession → SpdyConnector
 *   → HttpCalls.send                                                  and as the one who asks
 *
 * route → ReplyPushes → IncomingRequest.push → Stream.push            the origin pushes
 *   → OutgoingCall.pushed → PushRelay → IncomingRequest.push          and a visitor who takes pushes gets it
 * </pre>
 */
@NullMarked
package io.spdytunnel;

import org.jspecify.annotations.NullMarked;
