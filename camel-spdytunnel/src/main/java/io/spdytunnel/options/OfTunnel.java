package io.spdytunnel.options;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The option has an effect only with a tunnel. In the URI of an endpoint with {@code serve} or {@code connect} it
 * fails.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface OfTunnel {}
