package io.spdytunnel.bench;

import java.util.List;
import java.util.Locale;

/** One metric as bars: the median, with whiskers from the least to the greatest. */
final class Plot {

    private static final int LABELS = 230;
    private static final int BARS = 520;
    private static final int ROW = 34;
    private static final int TOP = 58;
    private static final int FIGURES = 130;

    private Plot() {}

    static String svg(Figures figures, String metric) {
        List<String> names = figures.contestants().stream()
                .filter(name -> !figures.sorted(name, metric).isEmpty())
                .toList();
        double greatest = names.stream()
                .flatMap(name -> figures.sorted(name, metric).stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        int height = TOP + ROW * names.size() + 34;
        int width = LABELS + BARS + FIGURES;
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d'"
                        + " font-family='sans-serif' font-size='14'>%n",
                width,
                height,
                width,
                height);
        add(svg, "<rect width='%d' height='%d' fill='#ffffff'/>%n", width, height);
        add(
                svg,
                "<text x='12' y='24' font-size='17' font-weight='bold' fill='#111111'>%s</text>%n",
                escaped(figures.title()));
        add(
                svg,
                "<text x='12' y='44' fill='#444444'>%s: median, whiskers from least to greatest</text>%n",
                escaped(metric));
        for (int i = 0; i < names.size(); i++) {
            bar(svg, figures, metric, names.get(i), TOP + i * ROW, greatest <= 0 ? 1 : greatest);
        }
        int axis = TOP + names.size() * ROW + 4;
        add(svg, "<line x1='%d' y1='%d' x2='%d' y2='%d' stroke='#888888'/>%n", LABELS, axis, LABELS + BARS, axis);
        add(svg, "<text x='%d' y='%d' fill='#444444'>0</text>%n", LABELS, axis + 18);
        add(
                svg,
                "<text x='%d' y='%d' text-anchor='end' fill='#444444'>%s</text>%n",
                LABELS + BARS,
                axis + 18,
                Report.number(greatest));
        return svg.append("</svg>\n").toString();
    }

    private static void bar(StringBuilder svg, Figures figures, String metric, String name, int y, double greatest) {
        List<Double> sorted = figures.sorted(name, metric);
        double median = figures.median(name, metric);
        double least = x(sorted.get(0), greatest);
        double most = x(sorted.get(sorted.size() - 1), greatest);
        int middle = y + ROW / 2 - 3;
        String colour = name.startsWith("tunnel") ? "#2b6cb0" : "#a0aec0";
        add(
                svg,
                "<text x='%d' y='%d' text-anchor='end' fill='#111111'>%s</text>%n",
                LABELS - 10,
                middle + 5,
                escaped(name));
        add(
                svg,
                "<rect x='%d' y='%d' width='%.1f' height='%d' fill='%s'/>%n",
                LABELS,
                y,
                Math.max(0, x(median, greatest) - LABELS),
                ROW - 8,
                colour);
        add(
                svg,
                "<path d='M%.1f %d H%.1f M%.1f %d v8 M%.1f %d v8' stroke='#111111' stroke-width='1.5' fill='none'/>%n",
                least,
                middle,
                most,
                least,
                middle - 4,
                most,
                middle - 4);
        add(
                svg,
                "<text x='%.1f' y='%d' fill='#111111'>%s</text>%n",
                Math.max(most, x(median, greatest)) + 8,
                middle + 5,
                Report.number(median));
    }

    private static double x(double value, double greatest) {
        return LABELS + BARS * Math.max(0, value) / greatest;
    }

    private static void add(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
