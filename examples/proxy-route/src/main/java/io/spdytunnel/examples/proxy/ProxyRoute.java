package io.spdytunnel.examples.proxy;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the routes of {@code camel/*.camel.yaml}, or others that {@code camel.main.routesIncludePattern} names. */
public final class ProxyRoute {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyRoute.class);
    private static final Pattern MISSING = Pattern.compile("Property with key \\[([^]]+)] not found");

    private ProxyRoute() {}

    public static void main(String[] args) {
        Main main = new Main(ProxyRoute.class);
        try {
            System.exit(main.run(args));
        } catch (Exception failure) {
            LOG.error("not started: {}", sentenceOf(failure));
            LOG.debug("not started", failure);
            System.exit(1);
        }
    }

    /** What is wrong, without the stack that nobody needs who has forgotten a property. */
    private static String sentenceOf(Throwable failure) {
        Throwable told = failure;
        while (told.getCause() != null && isWrapper(told)) {
            told = told.getCause(); // Camel says where, its cause says what
        }
        String message = String.valueOf(told.getMessage());
        Matcher missing = MISSING.matcher(message);
        if (!missing.find()) {
            return message;
        }
        String name = missing.group(1);
        String variable = name.replace('.', '_').toUpperCase(Locale.ROOT);
        return "the property " + name + " is not set and has no default; give it by the environment variable "
                + variable + " or by -D" + name + "=...";
    }

    private static boolean isWrapper(Throwable failure) {
        String message = failure.getMessage();
        return message == null
                || message.startsWith("Error creating bean")
                || failure.getClass().getName().startsWith("org.apache.camel.");
    }
}
