package io.spdytunnel;

import io.spdytunnel.Catalog.Option;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The component's reference page: what is generated in it, and what stands in its examples. */
final class ReferencePage {

    static final Path FILE = Path.of("src", "main", "docs", "spdytunnel-component.adoc");

    private static final Pattern GENERATED =
            Pattern.compile("(// generated: ([a-z ]+)\n)(.*?)(// end of \\2\n)", Pattern.DOTALL);
    private static final Pattern EXAMPLE =
            Pattern.compile("\\[source,([a-z]+)\\]\n(?:\\.[^\n]*\n)?----\n(.*?)\n----\n", Pattern.DOTALL);

    private final String text;

    ReferencePage(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** The page with its tables as the catalog has them now. */
    ReferencePage withTablesOf(Catalog catalog) {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("path", optionTable(List.of(catalog.path())));
        tables.put("endpoint options", optionTable(catalog.endpointOptions()));
        tables.put("component options", optionTable(catalog.componentOptions()));
        tables.put("headers", headerTable(catalog.headers()));
        StringBuilder page = new StringBuilder();
        Matcher generated = GENERATED.matcher(text);
        while (generated.find()) {
            String table = tables.remove(generated.group(2));
            if (table == null) {
                throw new AssertionError("the page has a second table, or an unknown one: " + generated.group(2));
            }
            generated.appendReplacement(
                    page, Matcher.quoteReplacement(generated.group(1) + table + generated.group(4)));
        }
        generated.appendTail(page);
        if (!tables.isEmpty()) {
            throw new AssertionError("the page lacks \"// generated: …\" and \"// end of …\" for " + tables.keySet());
        }
        return new ReferencePage(page.toString());
    }

    /** The first line that another page has in place of this one's; empty if they are equal. */
    String firstDifference(ReferencePage other) {
        List<String> ours = text.lines().toList();
        List<String> theirs = other.text.lines().toList();
        for (int line = 0; line < Math.max(ours.size(), theirs.size()); line++) {
            String mine = line < ours.size() ? ours.get(line) : "(the end)";
            String its = line < theirs.size() ? theirs.get(line) : "(the end)";
            if (!mine.equals(its)) {
                return "line " + (line + 1) + " is \"" + mine + "\" and should be \"" + its + "\"";
            }
        }
        return "";
    }

    /** The examples in a language, in their order. */
    List<String> examples(String language) {
        List<String> examples = new ArrayList<>();
        Matcher example = EXAMPLE.matcher(text);
        while (example.find()) {
            if (example.group(1).equals(language)) {
                examples.add(example.group(2));
            }
        }
        return examples;
    }

    private static String optionTable(List<Option> options) {
        StringBuilder table = new StringBuilder(
                "[cols=\"2,5,1,1\",options=\"header\"]\n|===\n| Name | Description | Default | Type\n");
        for (Option option : options) {
            table.append("\n| *")
                    .append(option.name())
                    .append("*")
                    .append(option.group() == null || option.group().isEmpty() ? "" : " (" + option.group() + ")")
                    .append("\n| ")
                    .append(option.isRequired() ? "*Required.* " : "")
                    .append(cell(option.description()))
                    .append(option.isSecret() ? ". *Secret:* masked in logs and consoles" : "")
                    .append(option.values().isEmpty() ? "" : ". One of " + String.join(", ", option.values()))
                    .append(option.defaultValue().isEmpty() ? "\n|" : "\n| " + option.defaultValue())
                    .append("\n| ")
                    .append(type(option))
                    .append('\n');
        }
        return table.append("|===\n").toString();
    }

    private static String headerTable(List<Option> headers) {
        StringBuilder table =
                new StringBuilder("[cols=\"3,5,1\",options=\"header\"]\n|===\n| Name | Description | Type\n");
        for (Option header : headers) {
            table.append("\n| *")
                    .append(header.name())
                    .append("* (")
                    .append(header.group())
                    .append(")\n| ")
                    .append(cell(header.description()))
                    .append("\n| ")
                    .append(type(header))
                    .append('\n');
        }
        return table.append("|===\n").toString();
    }

    private static String type(Option option) {
        String type = option.type().equals("object") ? option.javaType() : option.type();
        return type.substring(type.lastIndexOf('.') + 1);
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
