package io.spdytunnel;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.util.json.DeserializationException;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;

/** The component's options and headers as the build has written them into the catalog. */
final class Catalog {

    private static final String FILE = "/META-INF/io/spdytunnel/spdytunnel.json";

    /**
     * @param group what the catalog files it under: common, consumer, "producer (advanced)" …
     * @param defaultValue as a user would write it; empty if there is none
     */
    record Option(
            String name,
            String group,
            String type,
            String javaType,
            String defaultValue,
            List<String> values,
            boolean isRequired,
            boolean isSecret,
            String description) {}

    private final JsonObject json;

    private Catalog(JsonObject json) {
        this.json = json;
    }

    static Catalog load() throws IOException, DeserializationException {
        try (InputStream in = Objects.requireNonNull(Catalog.class.getResourceAsStream(FILE), FILE)) {
            return new Catalog((JsonObject) Jsoner.deserialize(new InputStreamReader(in, StandardCharsets.UTF_8)));
        }
    }

    List<Option> componentOptions() {
        return options("componentProperties");
    }

    /** What may stand behind the question mark, without the path. */
    List<Option> endpointOptions() {
        return options("properties").stream()
                .filter(option -> !option.name().equals("origin"))
                .toList();
    }

    Option path() {
        return options("properties").stream()
                .filter(option -> option.name().equals("origin"))
                .findFirst()
                .orElseThrow();
    }

    List<Option> headers() {
        return options("headers");
    }

    private List<Option> options(String section) {
        return ((JsonObject) json.get(section))
                .entrySet().stream().map(Catalog::option).toList();
    }

    private static Option option(Map.Entry<String, Object> entry) {
        JsonObject option = (JsonObject) entry.getValue();
        String javaType = option.getString("javaType");
        String type = option.getString("type");
        return new Option(
                entry.getKey(),
                option.getString("group"),
                type == null ? javaType : type,
                javaType,
                option.get("defaultValue") == null ? "" : String.valueOf(option.get("defaultValue")),
                option.get("enum") == null
                        ? List.of()
                        : option.getCollection("enum").stream()
                                .map(String::valueOf)
                                .toList(),
                option.getBoolean("required"),
                option.getBoolean("secret"),
                option.getString("description"));
    }
}
