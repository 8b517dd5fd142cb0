package io.spdytunnel.examples.common;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs Camel Main as a program: until it is ended, or with one sentence if it cannot start. */
public final class RouteProgram {

    private static final Pattern MISSING = Pattern.compile("Property with key \\[([^]]+)] not found");

    private RouteProgram() {}

    /**
     * Starts the routes of {@code camel/*.camel.yaml}, or others that {@code camel.main.routesIncludePattern} names, and
     * ends the process with them. Its status is 1 if they do not start.
     *
     * @param program whose name stands in the log
     */
    public static void run(Class<?> program, String[] args) {
        Logger log = LoggerFactory.getLogger(program);
        Main main = new Main(program);
        try {
            System.exit(main.run(args));
        } catch (Exception failure) {
            log.error("not started: {}", sentenceOf(failure));
            log.debug("not started", failure);
            System.exit(1);
        }
    }

    /** What is wrong, without the stack: most often a property is missing. */
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
