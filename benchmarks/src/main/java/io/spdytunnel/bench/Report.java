package io.spdytunnel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Figures as Markdown: medians with their range, and each as a ratio to every contestant's. */
final class Report {

    private final Path directory;
    private final String stamp;
    private final StringBuilder text = new StringBuilder();

    /** @param stamp what the names of all files of one run end with */
    Report(Path directory, String stamp, String head) {
        this.directory = directory;
        this.stamp = stamp;
        text.append("# Benchmarks\n\n").append(head).append('\n');
    }

    Path file() {
        return directory.resolve("run-" + stamp + ".md");
    }

    /** Adds a case and writes all so far, so that a run that is cut short has not been in vain. */
    String add(Figures figures) throws IOException {
        StringBuilder section = new StringBuilder("## " + figures.title() + "\n\n");
        figures.remarks().forEach(remark -> section.append("* ").append(remark).append('\n'));
        section.append('\n').append(table(figures));
        for (String metric : figures.comparedMetrics()) {
            String plot =
                    (figures.title() + " " + metric).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + "-"
                            + stamp + ".svg";
            Files.createDirectories(directory);
            Files.writeString(directory.resolve(plot), Plot.svg(figures, metric));
            section.append("\n![").append(metric).append("](").append(plot).append(")\n\n");
            section.append(ratios(figures, metric));
        }
        text.append(section).append('\n');
        Files.createDirectories(directory);
        Files.writeString(file(), text);
        return section.toString();
    }

    private static String table(Figures figures) {
        List<String> metrics = figures.metrics();
        StringBuilder table = new StringBuilder(
                "| |" + String.join("|", metrics) + "|\n|---|" + "---:|".repeat(metrics.size()) + "\n");
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

    /** Three digits, or all before the point. */
    static String number(double value) {
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
                double to = figures.median(column, metric);
                table.append(' ')
                        .append(to == 0 ? "–" : String.format(Locale.ROOT, "%.2f", figures.median(row, metric) / to))
                        .append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }
}
