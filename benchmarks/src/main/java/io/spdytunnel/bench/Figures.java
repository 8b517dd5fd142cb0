package io.spdytunnel.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one case has found: for each contestant and metric one value a repeat. */
final class Figures {

    private final String key;
    private final String title;
    private final Map<String, Map<String, List<Double>>> values = new LinkedHashMap<>();
    private final Map<String, Boolean> metrics = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();

    /** @param key for file names, and for who looks for the figures of a case */
    Figures(String key, String title) {
        this.key = key;
        this.title = title;
    }

    String key() {
        return key;
    }

    String title() {
        return title;
    }

    /** A metric that is compared and plotted. */
    void add(String contestant, String metric, double value) {
        put(contestant, metric, value);
        metrics.put(metric, true);
    }

    /** A metric that is told, but of which ratios say nothing. */
    void addAside(String contestant, String metric, double value) {
        put(contestant, metric, value);
        metrics.putIfAbsent(metric, false);
    }

    private void put(String contestant, String metric, double value) {
        values.computeIfAbsent(contestant, name -> new LinkedHashMap<>())
                .computeIfAbsent(metric, name -> new ArrayList<>())
                .add(value);
    }

    void remark(String sentence) {
        remarks.add(sentence);
    }

    List<String> remarks() {
        return remarks;
    }

    List<String> contestants() {
        return List.copyOf(values.keySet());
    }

    List<String> metrics() {
        return List.copyOf(metrics.keySet());
    }

    List<String> comparedMetrics() {
        return metrics.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether more of it is better: of rates and shares. Anything else is a cost. */
    static boolean moreIsBetter(String metric) {
        return metric.contains("s/s") || metric.contains("B/s") || metric.startsWith("share");
    }

    /** The first median in proportion to the second; NaN where one is missing or the second is nothing. */
    double ratio(String contestant, String other, String metric) {
        double to = median(other, metric);
        return to == 0 ? Double.NaN : median(contestant, metric) / to;
    }

    /** In ascending order; empty where the contestant has none. */
    List<Double> sorted(String contestant, String metric) {
        return values.getOrDefault(contestant, Map.of()).getOrDefault(metric, List.of()).stream()
                .filter(value -> !value.isNaN())
                .sorted()
                .toList();
    }

    /** NaN where there is none. */
    double median(String contestant, String metric) {
        List<Double> sorted = sorted(contestant, metric);
        int size = sorted.size();
        if (size == 0) {
            return Double.NaN;
        }
        return size % 2 == 1 ? sorted.get(size / 2) : (sorted.get(size / 2 - 1) + sorted.get(size / 2)) / 2;
    }
}
