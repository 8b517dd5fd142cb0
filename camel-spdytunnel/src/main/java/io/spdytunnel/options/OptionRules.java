package io.spdytunnel.options;

import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;

/**
 * Checks options against the rules at their declaration: {@link Within}, {@link OfPort}, {@link OfTunnel}, and the
 * {@code check} of the class that declares them.
 */
public final class OptionRules {

    private static final List<Field> FIELDS = fields();

    private OptionRules() {}

    private static List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        for (Class<?> type = EndpointOptions.class; type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!field.isSynthetic()) {
                    field.setAccessible(true);
                    fields.add(field);
                }
            }
        }
        return List.copyOf(fields);
    }

    /**
     * Checks each option, and options that depend on each other.
     *
     * @param where whose options these are, for the message
     * @throws IllegalArgumentException naming the option, its value and what is allowed
     */
    public static void check(String where, EndpointOptions options) {
        try {
            with(Within.class).forEach(field -> checkNumber(field, ((Number) value(field, options)).longValue()));
            options.check();
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(URISupport.sanitizeUri(where) + ": " + wrong.getMessage(), wrong);
        }
    }

    private static void checkNumber(Field option, long value) {
        Within rule = option.getAnnotation(Within.class);
        if (value >= rule.least() && value <= rule.most()) {
            return;
        }
        String allowed = rule.most() == Long.MAX_VALUE
                ? "at least " + rule.least() + " " + rule.unit()
                : rule.least() + " to " + rule.most() + " " + rule.unit();
        throw new IllegalArgumentException(
                ("option " + option.getName() + " is " + value + "; it must be " + allowed).trim());
    }

    /**
     * Checks that an endpoint without a tunnel has no option that needs one. Defaults of the component are not checked,
     * because they are for its other endpoints.
     *
     * @param where whose options these are, for the message
     * @param given the options of the URI
     * @throws IllegalArgumentException naming the two options that exclude each other
     */
    public static void checkPlain(String where, Map<String, Object> given) {
        for (String plain : List.of("serve", "connect")) {
            if (!given.containsKey(plain)) {
                continue;
            }
            List<String> excluded = new ArrayList<>(List.of(plain.equals("serve") ? "connect" : "serve"));
            with(OfTunnel.class).forEach(field -> excluded.add(field.getName()));
            for (String option : excluded) {
                if (given.containsKey(option)) {
                    throw new IllegalArgumentException(URISupport.sanitizeUri(where) + ": option " + plain
                            + " works without a tunnel and excludes option " + option + "; remove one of them");
                }
            }
        }
    }

    /** The first option in which two endpoints of one tunnel port differ, as {@code name: one against other}, or null. */
    public static @Nullable String portDifference(EndpointOptions one, EndpointOptions other) {
        for (Field option : with(OfPort.class)) {
            Object first = value(option, one);
            Object second = value(option, other);
            if (!Objects.equals(first, second)) {
                return option.getName() + ": " + first + " against " + second;
            }
        }
        return null;
    }

    private static List<Field> with(Class<? extends Annotation> rule) {
        return FIELDS.stream().filter(field -> field.isAnnotationPresent(rule)).toList();
    }

    private static Object value(Field option, EndpointOptions options) {
        try {
            return option.get(options);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible); // they were made accessible
        }
    }
}
