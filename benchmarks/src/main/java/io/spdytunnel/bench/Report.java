package io.spdytunnel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was found, as Markdown: first what was to be reached, then for each case medians with their range, and, folded
 * away, each as a ratio to every contestant's.
 */
final class Report {

    /** Whether figures mean something, and so are judged. */
    enum Verdicts {
        GIVEN,
        NONE
    }

    private final Path directory;
    private final String stamp;
    private final String head;
    private final Verdicts verdicts;
    private final List<Figures> cases = new ArrayList<>();
    private final StringBuilder sections = new StringBuilder();

    /** @param stamp what the names of all files of one run end with */
    Report(Path directory, String stamp, String head, Verdicts verdicts) {
        this.directory = directory;
        this.stamp = stamp;
        this.head = head;
        this.verdicts = verdicts;
    }

    Path file() {
        return directory.resolve("run-" + stamp + ".md");
    }

    /** Adds a case and writes all so far, so that a run that is cut short has not been in vain. */
    String add(Figures figures) throws IOException {
        Files.createDirectories(directory);
        cases.add(figures);
        StringBuilder section = new StringBuilder("## " + figures.title() + "\n\n");
        section.append(table(figures));
        if (!figures.remarks().isEmpty()) {
            section.append('\n');
        }
        figures.remarks().forEach(remark -> section.append("* ").append(remark).append('\n'));
        String said = section.toString();
        for (String metric : figures.comparedMetrics()) {
            String plot =
                    (figures.key() + " " + metric).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + "-" + stamp
                            + ".svg";
            Files.writeString(directory.resolve(plot), Plot.svg(figures, metric));
            if (metric.equals(figures.comparedMetrics().get(0))) {
                section.append("\n![").append(metric).append("](").append(plot).append(")\n\n");
                section.append("<details><summary>Ratios, and more plots</summary>\n\n");
            } else {
                section.append("\n![").append(metric).append("](").append(plot).append(")\n\n");
            }
            section.append(ratios(figures, metric));
        }
        section.append(figures.comparedMetrics().isEmpty() ? "\n" : "\n</details>\n\n");
        sections.append(section);
        Files.writeString(file(), "# Benchmarks\n\n" + head + '\n' + summary() + sections);
        return said;
    }

    /** What has been found of what was to be reached; empty where nothing is judged. */
    String summary() {
        return switch (verdicts) {
            case GIVEN -> Targets.table(cases);
            case NONE -> "";
        };
    }

    private static String table(Figures figures) {
        List<String> metrics = figures.metrics();
        StringBuilder table = new StringBuilder(
                "| | " + String.join(" | ", metrics) + " |\n|---|" + "---:|".repeat(metrics.size()) + "\n");
        for (String contestant : figures.contestants()) {
            table.append("| ").append(contestant).append(" |");
            for (String metric : metrics) {
                table.append(' ').append(cell(figures, contestant, metric)).append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }

    private static String cell(Figures figures, String contestant, String metric) {
        List<Double> sorted = figures.sorted(contestant, metric);
        if (sorted.isEmpty()) {
            return "–";
        }
        String median = number(figures.median(contestant, metric));
        return sorted.size() == 1
                ? median
                : median + " (" + number(sorted.get(0)) + "–" + number(sorted.get(sorted.size() - 1)) + ")";
    }

    /** Three digits, or all before the point; a dash for what is no number. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        double size = Math.abs(value);
        String format = size >= 100 || value == 0 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }

    private static String ratios(Figures figures, String metric) {
        List<String> names = figures.contestants().stream()
                .filter(name -> !figures.sorted(name, metric).isEmpty())
                .toList();
        StringBuilder table = new StringBuilder("| " + metric + ", × | " + String.join(" | ", names) + " |\n|---|"
                + "---:|".repeat(names.size()) + "\n");
        for (String row : names) {
            table.append("| ").append(row).append(" |");
            for (String column : names) {
                double ratio = figures.ratio(row, column, metric);
                table.append(' ')
                        .append(Double.isNaN(ratio) ? "–" : String.format(Locale.ROOT, "%.2f", ratio))
                        .append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }
}
