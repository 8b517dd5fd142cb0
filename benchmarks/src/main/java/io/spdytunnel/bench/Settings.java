package io.spdytunnel.bench;

import java.util.HashMap;
import java.util.Map;

/** {@code name=value}, as arguments. */
final class Settings {

    private final Map<String, String> values = new HashMap<>();

    Settings(String[] arguments) {
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals > 0) {
                values.put(argument.substring(0, equals), argument.substring(equals + 1));
            }
        }
    }

    String get(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the setting " + name + " is missing, of " + values.keySet());
        }
        return value;
    }

    int number(String name) {
        return Integer.parseInt(get(name));
    }
}
