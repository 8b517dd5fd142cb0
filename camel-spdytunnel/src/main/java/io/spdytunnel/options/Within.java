package io.spdytunnel.options;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The values that a number may have. With any other value the endpoint fails at start. The message names the option,
 * its value and these limits ({@link OptionRules}).
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface Within {

    long least() default 0;

    long most() default Long.MAX_VALUE;

    /** What the number counts, for the message; empty if the option's name says it. */
    String unit() default "";
}
