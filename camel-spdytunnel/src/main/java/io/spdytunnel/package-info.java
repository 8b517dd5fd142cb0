/**
 * The Camel component {@code spdytunnel}: an outbound-only HTTP tunnel as two endpoints.
 *
 * <p>This package has what Camel and its users meet: component, endpoint, configuration, producers, consumers, headers,
 * health checks, and the {@link io.spdytunnel.FrontDoor}. It knows all packages below; none of them knows it. Begin with
 * {@link io.spdytunnel.SpdyTunnelProducer} (the proxy's end) and {@link io.spdytunnel.SpdyTunnelConsumer} (the origin's).
 *
 * <p>The main flow, from the visitor at the proxy to the route at the origin and back:
 *
 * <pre>
 * tunnel.TunnelClient.start → registration
 *   → reception.ReceptionDesk → directory.OriginDirectory             the tunnel comes up
 *
 * front.VisitorServer → door.FrontDoorPort.handle
 *   → exchange.RequestExchanges.handle → route                        a visitor's request arrives
 *   → SpdyTunnelProducer.process → call.ProducerCall
 *   → http.HttpCalls.send → session.Session.open                      and goes down the tunnel
 *   → http.HttpServing.accept → exchange.RequestExchanges.handle
 *   → route → exchange.ExchangeAnswers → origin.OriginSide.handOn     the origin's route has it, or a service
 *   → http.IncomingRequest.respond → session.Stream.reply             its answer goes back
 *   → http.OutgoingCall.replied → call.ReplyMessages → route
 *   → http.IncomingRequest.respond                                    and out to the visitor
 *
 * serve:   front.VisitorServer → front.ProtocolChoice
 *   → exchange.RequestExchanges.handle → route                        the same without a tunnel, as the server
 * connect: SpdyTunnelProducer.process → ends.ConnectedSession
 *   → tunnel.KeptSession → tunnel.SpdyConnector → http.HttpCalls.send and as the one who asks
 *
 * route → exchange.ReplyPushes → http.IncomingRequest.push            the origin pushes
 *   → http.OutgoingCall.pushed → call.PushRelay                       and a visitor who takes pushes gets it
 * </pre>
 */
@NullMarked
package io.spdytunnel;

import org.jspecify.annotations.NullMarked;
