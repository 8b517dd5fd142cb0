/**
 * The options of endpoints: declaration, rule, and the settings they become.
 *
 * <p>A new option is a field in the class of its subject, with its {@code @UriParam} (label, default, description), its rule
 * beside it ({@code @Within} for a number, {@code @OfPort} if endpoints that share a tunnel port must agree on it,
 * {@code @OfTunnel} if only a tunnel has a use for it; anything else in the {@code check} of that class), and accessors.
 * Where it acts, a method of the same class turns it into settings of the library ({@code sessionSettings()},
 * {@code callSettings()} …), or the code that needs it calls the getter. {@code OptionsAreReadTest} fails for an option that
 * nothing reads, {@code ReferencePageTest} for one that the reference page does not have.
 *
 * <p>Knows the library's settings and {@code limits}. Begin with {@link io.spdytunnel.options.EndpointOptions}.
 */
@NullMarked
package io.spdytunnel.options;

import org.jspecify.annotations.NullMarked;
