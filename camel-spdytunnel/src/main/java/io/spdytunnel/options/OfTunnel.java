package io.spdytunnel.options;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Only a tunnel has a use for the option: in the URI of an endpoint with {@code serve} or {@code connect} it fails. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface OfTunnel {}
