package io.spdytunnel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class ReportTest {

    @TempDir
    private Path directory;

    private Report report;
    private final Figures figures = new Figures("small-32", "1 KiB <32>");

    @BeforeEach
    void measure() {
        report = new Report(directory, "now", "* somewhere\n", Report.Verdicts.GIVEN);
        for (double rate : new double[] {300, 100, 200}) {
            figures.add("direct", "requests/s", rate);
            figures.add("tunnel, front door", "requests/s", rate / 4);
        }
        figures.addAside("tunnel, front door", "errors", 0);
        figures.remark("nobody was absent");
    }

    @Test
    void mediansStandWithTheirRangeAndDashesForWhatIsMissing() throws IOException {
        report.add(figures);

        assertThat(Files.readString(report.file()))
                .contains("| direct | 200 (100–300) | – |\n")
                .contains("| tunnel, front door | 50.0 (25.0–75.0) | 0 |\n")
                .contains("* nobody was absent\n");
    }

    @Test
    void ratiosToEverybodyAreFoldedAway() throws IOException {
        report.add(figures);

        String text = Files.readString(report.file());
        assertThat(text.substring(text.indexOf("<details><summary>Ratios")))
                .contains("| tunnel, front door | 0.25 | 1.00 |\n")
                .contains("\n\n| requests/s, × |"); // Markdown within HTML begins behind an empty line
    }

    @Test
    void targetsStandBeforeAllCasesAndJudgeAllOfThem() throws IOException {
        report.add(figures);
        Figures idle = new Figures("idle", "idle origins");
        idle.add("idle, never used", "KiB in all", 63);
        report.add(idle);

        String text = Files.readString(report.file());
        assertThat(text).startsWith("# Benchmarks\n\n* somewhere\n");
        assertThat(text.indexOf("≤ 64.0 KiB | 63.0 KiB | met")).isBetween(0, text.indexOf("## 1 KiB"));
        assertThat(text.indexOf("## 1 KiB")).isLessThan(text.indexOf("## idle origins"));
    }

    @Test
    void quickRunHasTablesAndNoVerdicts() throws IOException {
        Report quick = new Report(directory, "quick", "* somewhere\n", Report.Verdicts.NONE);
        figures.add("tunnel, front door", "CPU µs/request", 51);
        quick.add(figures);

        assertThat(Files.readString(quick.file()))
                .startsWith("# Benchmarks\n\n* somewhere\n\n## 1 KiB <32>\n")
                .doesNotContain("reached", "met", "better");
        assertThat(quick.summary()).isEmpty();
    }

    @Test
    void plotsAreWellFormedAndLinked() throws IOException, ParserConfigurationException, SAXException {
        report.add(figures);

        Path plot = directory.resolve("small-32-requests-s-now.svg");
        assertThat(Files.readString(report.file())).contains("](" + plot.getFileName() + ")");
        String svg = Files.readString(plot);
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(svg)))
                        .getElementsByTagName("rect")
                        .getLength())
                .isEqualTo(3); // the ground and two bars
        assertThat(svg).contains("1 KiB &lt;32&gt;").contains(">200</text>");
    }

    @Test
    void numbersHaveThreeDigitsOrAllBeforeThePoint() {
        assertThat(Report.number(12345.6)).isEqualTo("12346");
        assertThat(Report.number(12.34)).isEqualTo("12.3");
        assertThat(Report.number(0.8)).isEqualTo("0.80");
        assertThat(Report.number(Double.NaN)).isEqualTo("–");
    }
}
