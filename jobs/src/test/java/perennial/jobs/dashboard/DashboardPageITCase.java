package perennial.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.Samples;
import perennial.v1.AlertState;
import perennial.v1.LayerReport;
import perennial.v1.PlasticityAlert;
import perennial.v1.PlasticityReport;
import perennial.v1.ReportStatus;

/** The dashboard's page in a real browser, over a real broker. */
class DashboardPageITCase {

    private static final List<String> LEARNERS = List.of("none", "layernorm", "nap");
    private static final int REPORTS = 60;

    @TempDir
    private static Path folder;

    private static EmbeddedKafka kafka;
    private static TestBrowser browser;

    private TestTopics topics;
    private Dashboard dashboard;

    @BeforeAll
    static void startKafkaAndBrowser() throws IOException {
        kafka = EmbeddedKafka.start();
        browser = new TestBrowser(folder);
    }

    @AfterAll
    static void stopKafkaAndBrowser() {
        if (browser != null) {
            browser.close();
        }
        kafka.close();
    }

    @BeforeEach
    void start(TestInfo test) throws Exception {
        topics = new TestTopics(kafka, test.getTestMethod().orElseThrow().getName());
        dashboard = Dashboard.start(topics.source(), new DashboardAddress(DashboardAddress.LOOPBACK, 0, false));
        browser.resize(1400, 1000, false);
        browser.prefer("light");
        browser.complaints().clear();
        browser.requests().clear();
    }

    @AfterEach
    void stop() {
        // A page that is left open would ask for the server that is gone.
        browser.driver().get("about:blank");
        dashboard.close();
    }

    @Test
    void shouldDrawChartsOfThePastAndOfWhatComes() {
        past();
        open("");

        assertThat(titles())
                .contains("Loss", "Online accuracy", "Parameter norm", "Effective learning rate", "Dead units");
        assertThat(points("loss")).containsExactly(REPORTS, REPORTS, REPORTS);
        assertThat(inked("loss")).isTrue();
        assertThat(text("#newest")).contains("none", "layernorm", "nap", "6,000");
        assertThat(find("article[data-metric=loss] canvas").getAttribute("aria-label"))
                .startsWith("Loss over updates: none ")
                .contains("at update 6,000");

        report(REPORTS + 1);

        eventually().until(() -> points("loss").equals(List.of(REPORTS + 1, REPORTS + 1, REPORTS + 1)));
        eventually().until(() -> text("#newest").contains("6,100"));
        assertThat(text("[data-tile=speed]")).contains("Updates per second");
        assertQuiet();
    }

    @Test
    void shouldMarkWhereTasksBegin() {
        past();
        open("");

        // 60 reports in tasks of 10.
        List<List<Long>> boundaries = browser.script(
                "return Chart.getChart(document.querySelector('article[data-metric=loss] canvas')).boundaries");
        assertThat(boundaries).hasSize(5);
        assertThat(boundaries.get(0)).containsExactly(1L, 1000L);
    }

    @Test
    void shouldKeepWhatIsChosenInItsAddress() {
        past();
        open("");

        find("#learners input[value=layernorm]").click();
        find("article[data-metric=loss] button[aria-label^=Logarithmic]").click();
        find("#choose").click();
        find("#choices input[value='layer.parameter-norm.l2']").click();
        find("#choices input[value='online-accuracy']").click();
        find("#chooser").sendKeys(Keys.ESCAPE);
        find("#zoom-in").click();
        String address = browser.driver().getCurrentUrl();
        assertThat(address)
                .contains(
                        "learner=none",
                        "learner=nap",
                        "metric=loss",
                        "metric=layer.parameter-norm.l2",
                        "log=loss",
                        "from=1")
                .doesNotContain("layernorm", "online-accuracy");
        List<String> titles = eventuallyTitled("Parameter norm · hidden.0");
        Number from = axis("loss", "x", "min");

        browser.driver().get("about:blank");
        browser.driver().get(address);

        eventually().untilAsserted(() -> assertThat(titles()).isEqualTo(titles));
        assertThat(titles).contains("Parameter norm · output").doesNotContain("Online accuracy");
        assertThat(points("loss")).hasSize(2);
        assertThat(axis("loss", "x", "min").doubleValue()).isEqualTo(from.doubleValue());
        String type = ofChart("loss", "options.scales.y.type");
        assertThat(type).isEqualTo("logarithmic");
        assertThat(find("#learners input[value=layernorm]").isSelected()).isFalse();
        assertQuiet();
    }

    @Test
    void shouldShowLayersOnDemand() {
        past();
        open("");

        find("article[data-metric='dead-units'] button[aria-label$='of each layer']")
                .click();

        List<String> titles = eventuallyTitled("Dead units · hidden.0");
        // Beside the chart they belong to.
        assertThat(titles.subList(titles.indexOf("Dead units"), titles.indexOf("Dead units") + 2))
                .containsExactly("Dead units", "Dead units · hidden.0");
        find("article[data-metric='dead-units'] button[aria-label$='of each layer']")
                .click();
        eventually().until(() -> !titles().contains("Dead units · hidden.0"));
    }

    @Test
    void shouldMakeAChartLargeAndKeepItSo() {
        past();
        open("");
        Number usual = width("loss");

        find("article[data-metric=loss] button[aria-label^='Large chart']").click();

        eventually().until(() -> width("loss").doubleValue() > 2 * usual.doubleValue());
        assertThat(width("dead-units").doubleValue()).isLessThan(2 * usual.doubleValue());
        assertThat(browser.driver().getCurrentUrl()).contains("large=loss");
        open("?large=loss");
        eventually().until(() -> width("loss").doubleValue() > 2 * usual.doubleValue());
        find("article[data-metric=loss] button[aria-label^='Large chart']").click();
        eventually().until(() -> width("loss").doubleValue() < 2 * usual.doubleValue());
        assertQuiet();
    }

    /** Of the chart itself, which follows its card. */
    private static Number width(String metric) {
        return ofChart(metric, "width");
    }

    @Test
    void shouldStandStillWhilePaused() {
        past();
        open("");

        find("#pause").click();
        report(REPORTS + 1);

        eventually()
                .until(() -> Boolean.TRUE.equals(browser.script(
                        "return document.querySelector('#reading').textContent.includes('189 records')")));
        assertThat(text("#state")).isEqualTo("paused");
        assertThat(points("loss")).containsExactly(REPORTS, REPORTS, REPORTS);
        find("#pause").click();
        eventually().until(() -> points("loss").get(0) == REPORTS + 1);
    }

    @Test
    void shouldZoomByDraggingAndByButtons() {
        past();
        open("");
        WebElement canvas = find("article[data-metric=loss] canvas");

        new Actions(browser.driver())
                .moveToElement(canvas, -60, 0)
                .clickAndHold()
                .moveByOffset(120, 0)
                .release()
                .perform();

        eventually().until(() -> axis("loss", "x", "min").doubleValue() > 1000);
        assertThat(axis("dead-units", "x", "min").doubleValue())
                .isEqualTo(axis("loss", "x", "min").doubleValue());
        double before = axis("loss", "x", "min").doubleValue();
        find("#earlier").click();
        assertThat(axis("loss", "x", "min").doubleValue()).isLessThan(before);
        new Actions(browser.driver()).doubleClick(canvas).perform();
        eventually().until(() -> axis("loss", "x", "min").doubleValue() == 0);
        assertThat(browser.driver().getCurrentUrl()).doesNotContain("from=");
        assertQuiet();
    }

    @Test
    void shouldFitAPhone() {
        past();
        browser.resize(360, 780, true);
        open("");

        Number width = browser.script("return document.documentElement.scrollWidth");
        assertThat(width.intValue()).isLessThanOrEqualTo(360);
        find("#choose").click();
        eventually().until(() -> !browser.driver()
                .findElements(By.cssSelector(".choice"))
                .isEmpty());
        Number dialog =
                browser.script("const d = document.querySelector('#chooser'); return d.scrollWidth - d.clientWidth");
        assertThat(dialog.intValue()).isZero();
        Number hidden = browser.script("return [...document.querySelectorAll('.tools button, .learner')]"
                + ".filter(one => one.getBoundingClientRect().right > 360).length");
        assertThat(hidden.intValue()).isZero();
        assertQuiet();
    }

    @Test
    void shouldGiveAwayExactlyTheNumbersOfTheTopic() throws IOException {
        past();
        open("?metric=loss&metric=layer.parameter-norm.l2&learner=nap&learner=none");
        eventuallyTitled("Parameter norm · hidden.0");
        browser.forgetDownloads();

        find("#csv").click();

        eventually().until(() -> browser.download("perennial.csv").isPresent());
        List<String> rows = Files.readAllLines(browser.download("perennial.csv").orElseThrow());
        List<String> expected = new ArrayList<>(List.of("learner,variant,metric,layer,update,value"));
        for (String learner : List.of("none", "nap")) {
            IntStream.rangeClosed(1, REPORTS)
                    .forEach(i -> expected.add(learner + ",nap,loss,," + 100 * i + "," + number(loss(learner, i))));
        }
        for (String layer : List.of("hidden.0", "output")) {
            for (String learner : List.of("none", "nap")) {
                IntStream.rangeClosed(1, REPORTS)
                        .forEach(i -> expected.add(learner + ",nap,layer.parameter-norm.l2," + layer + "," + 100 * i
                                + "," + number(norm(i))));
            }
        }
        assertThat(rows.stream().map(DashboardPageITCase::canonical).toList()).isEqualTo(expected);
        assertQuiet();
    }

    @Test
    void shouldGiveAwayAPictureOfTheCharts() throws IOException {
        past();
        open("");
        browser.forgetDownloads();

        find("#png").click();

        eventually().until(() -> browser.download("perennial.png").isPresent());
        BufferedImage picture =
                ImageIO.read(browser.download("perennial.png").orElseThrow().toFile());
        assertThat(picture.getWidth()).isEqualTo(2800);
        Set<Integer> colours = new TreeSet<>();
        for (int x = 0; x < picture.getWidth(); x++) {
            for (int y = 200; y < picture.getHeight(); y++) {
                colours.add(picture.getRGB(x, y) & 0xffffff);
            }
        }
        assertThat(colours).as("white, and the learners' colours").contains(0xffffff, 0xd55e00, 0x0072b2, 0x009e73);
    }

    @Test
    void shouldComeBackByItselfWhenTheServerDoes() throws Exception {
        past();
        open("");
        int port = dashboard.address().getPort();

        dashboard.close();
        eventually().until(() -> text("#state").startsWith("connection lost"));
        assertThat(text("#trouble")).contains("does not answer");
        assertThat(points("loss")).containsExactly(REPORTS, REPORTS, REPORTS);
        report(REPORTS + 1);
        dashboard = Dashboard.start(topics.source(), new DashboardAddress(DashboardAddress.LOOPBACK, port, false));

        eventually().until(() -> text("#state").equals("live"));
        eventually().until(() -> points("loss").equals(List.of(REPORTS + 1, REPORTS + 1, REPORTS + 1)));
        assertThat(find("#trouble").isDisplayed()).isFalse();
    }

    @Test
    void shouldBeDarkWhereTheSystemIsAndWhereItIsChosen() {
        past();
        open("");
        assertThat(brightness()).isGreaterThan(200);

        browser.prefer("dark");
        eventually().until(() -> brightness() < 60);
        assertThat(colour()).isEqualTo("#ff8a3d");

        find("#theme option[value=light]").click();
        eventually().until(() -> brightness() > 200);
        assertThat(colour()).isEqualTo("#d55e00");

        browser.prefer("light");
        find("#theme option[value=dark]").click();
        open("");
        assertThat(brightness()).as("remembered").isLessThan(60);
        find("#theme option[value=auto]").click();
        eventually().until(() -> brightness() > 200);
        assertQuiet();
    }

    @Test
    void shouldSayWhatBecameOfALearnerThatStopped() {
        PlasticityReport stopped = report("nap", 1);
        stopped.setLoss(Double.NaN);
        stopped.setStatus(ReportStatus.LEARNER_STOPPED);
        stopped.setNote("<b>loss is not finite</b>: loss=NaN");
        stopped.setDivergences(10);
        topics.metrics(stopped, report("none", 1));
        topics.deadLetter(Samples.deadLetter(7, "<img src=x onerror=alert(1)>"));
        open("", 1);

        assertThat(text("#newest"))
                .contains("stopped: <b>loss is not finite</b>: loss=NaN")
                .contains("NaN");
        eventually().until(() -> text("#letters").contains("undecodable: <img src=x onerror=alert(1)>"));
        assertThat(text("[data-tile=letters]")).contains("1");
        assertQuiet();
    }

    @Test
    void shouldShowWhichAlertsAreRaisedAndWhichWereCleared() {
        past();
        open("");
        assertThat(find("#alerts").isDisplayed()).isFalse();
        assertThat(text("[data-tile=alerts]")).contains("none on their topic");

        alert("none", "dead-units", AlertState.RAISED, 4000, 0.5125, "more than half of the units are <b>dead</b>");
        alert("nap", "no-updates", AlertState.RAISED, 6000, null, "");

        eventually().until(() -> text("[data-tile=alerts] .number").equals("2"));
        assertThat(text("#alerts [data-learner=none]"))
                .contains("raised", "none", "dead-units", "more than half of the units are <b>dead</b>")
                .contains("value 0.5125, limit 0.5 · since update 4,000 (task 3), ");
        assertThat(text("#alerts [data-learner=nap]")).contains("no-updates").doesNotContain("value");
        eventually().until(() -> text("#newest").contains("learning, 1 alert"));

        alert("none", "dead-units", AlertState.RAISED, 5000, 0.75, "worse");
        eventually().until(() -> text("#alerts [data-learner=none]").contains("value 0.75"));
        assertThat(text("#alerts [data-learner=none]")).contains("since update 4,000");
        alert("none", "dead-units", AlertState.CLEARED, 6000, 0.25, "");

        eventually().until(() -> text("#alerts").contains("cleared at update 6,000"));
        assertThat(find("#alerts [data-learner=none]").getAttribute("data-state"))
                .isEqualTo("cleared");
        assertThat(text("[data-tile=alerts] .number")).isEqualTo("1");
        alert("nap", "no-updates", AlertState.CLEARED, 6100, null, "");
        eventually().until(() -> text("[data-tile=alerts]").contains("none raised"));
        eventually().until(() -> !text("#newest").contains("alert"));
        assertQuiet();
    }

    private void alert(String learner, String rule, AlertState state, long update, Double value, String message) {
        topics.alert(PlasticityAlert.newBuilder()
                .setLearner(learner)
                .setRule(rule)
                .setState(state)
                .setUpdate(update)
                .setTask(3)
                .setValue(value)
                .setLimit(value == null ? null : 0.5)
                .setMessage(message)
                .build());
    }

    @Test
    void shouldBeUsedWithoutAMouse() {
        past();
        open("");

        find("body").sendKeys(Keys.TAB);
        assertThat(browser.driver().switchTo().activeElement().getText()).isEqualTo("Skip to the charts");
        find("#choose").sendKeys(Keys.ENTER);
        eventually().until(() -> find("#chooser").isDisplayed());
        Boolean inside = browser.script("return document.activeElement.closest('dialog') !== null");
        assertThat(inside).isTrue();
        browser.driver().switchTo().activeElement().sendKeys(Keys.ESCAPE);
        eventually().until(() -> !find("#chooser").isDisplayed());
        find("#learners input[value=none]").sendKeys(Keys.SPACE);
        eventually().until(() -> points("loss").size() == 2);
        Number unnamed =
                browser.script("return [...document.querySelectorAll('button, input, select, canvas')].filter(one =>"
                        + " !(one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.length)).length");
        assertThat(unnamed.intValue()).isZero();
    }

    /** Three learners, 60 reports each, a new task after every tenth. */
    private void past() {
        List<PlasticityReport> reports = new ArrayList<>();
        for (int i = 1; i <= REPORTS; i++) {
            for (String learner : LEARNERS) {
                reports.add(report(learner, i));
            }
        }
        topics.metrics(reports.toArray(PlasticityReport[]::new));
        topics.garbage("broken", "broken", "broken", "broken", "broken", "broken");
    }

    private void report(int i) {
        topics.metrics(LEARNERS.stream().map(learner -> report(learner, i)).toArray(PlasticityReport[]::new));
    }

    private static PlasticityReport report(String learner, int i) {
        PlasticityReport report = Samples.report(learner, 100L * i, loss(learner, i));
        int task = (i - 1) / 10;
        report.setTask(task);
        report.setUpdateInTask(100L * i - 1000L * task);
        report.setOnlineAccuracy(0.1 + 0.01 * i);
        report.setParameterNorm(10 + i * 0.37);
        report.setDeadUnits(i / 100.0);
        report.setLayers(List.of(
                LayerReport.newBuilder()
                        .setLayer("hidden.0")
                        .setParameterNorm(norm(i))
                        .setDeadUnits(i / 70.0)
                        .build(),
                LayerReport.newBuilder()
                        .setLayer("output")
                        .setParameterNorm(norm(i))
                        .build()));
        return report;
    }

    private static double loss(String learner, int i) {
        return (LEARNERS.indexOf(learner) + 1) / (1.0 + i * Math.PI);
    }

    private static double norm(int i) {
        return Math.sqrt(i) * 1e-7;
    }

    /** A number as Java reads and writes it: equal texts, equal numbers. */
    private static String number(double value) {
        return Double.toString(value);
    }

    /** A row with its value as Java writes it: JavaScript writes the same number another way. */
    private static String canonical(String row) {
        int comma = row.lastIndexOf(',');
        String value = row.substring(comma + 1);
        return value.matches("[-0-9.e+]+") ? row.substring(0, comma + 1) + number(Double.parseDouble(value)) : row;
    }

    /** Opens the page and waits until it has drawn all reports of the past. */
    private void open(String query) {
        open(query, REPORTS);
    }

    private void open(String query, int reports) {
        browser.driver().get(dashboard.address() + query);
        eventually().until(() -> text("#state").equals("live"));
        eventually().until(() -> !titles().isEmpty() && points("loss").stream().allMatch(count -> count == reports));
    }

    private static WebElement find(String selector) {
        return browser.driver().findElement(By.cssSelector(selector));
    }

    private static String text(String selector) {
        return find(selector).getText();
    }

    private static List<String> titles() {
        return browser.script("return [...document.querySelectorAll('#charts h3')].map(one => one.textContent)");
    }

    private static List<String> eventuallyTitled(String title) {
        eventually().untilAsserted(() -> assertThat(titles()).contains(title));
        return titles();
    }

    /** How many points each line of a chart has. */
    private static List<Integer> points(String metric) {
        List<Long> points = browser.script(
                "const canvas = document.querySelector(`article[data-metric='${arguments[0]}'] canvas`);"
                        + "return canvas ? Chart.getChart(canvas).data.datasets.map(line => line.data.length) : [0]",
                metric);
        return points.stream().map(Long::intValue).toList();
    }

    private static Number axis(String metric, String axis, String end) {
        return ofChart(metric, "scales." + axis + "." + end);
    }

    private static <T> T ofChart(String metric, String path) {
        return browser.script("return Chart.getChart(document.querySelector(\"article[data-metric='" + metric
                + "'] canvas\"))." + path);
    }

    /** Whether the canvas has the colours of all three lines. */
    private static boolean inked(String metric) {
        return browser.script(
                "const canvas = document.querySelector(`article[data-metric='${arguments[0]}'] canvas`);"
                        + "const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;"
                        + "const seen = new Set();"
                        + "for (let i = 0; i < data.length; i += 4) { seen.add((data[i] << 16) + (data[i+1] << 8) + data[i+2]); }"
                        + "return [0xd55e00, 0x0072b2, 0x009e73].every(colour => seen.has(colour))",
                metric);
    }

    /** Of the first learner's line. */
    private static String colour() {
        return ofChart("loss", "data.datasets[0].borderColor");
    }

    /** Of the page behind everything, from 0 to 255. */
    private static int brightness() {
        String colour = browser.script("return getComputedStyle(document.body).backgroundColor");
        return Integer.parseInt(colour.replaceFirst("rgb\\((\\d+),.*", "$1"));
    }

    /** Nothing in the console, and nothing asked of anybody but this machine. */
    private void assertQuiet() {
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests())
                .isNotEmpty()
                .allMatch(address -> address.startsWith(dashboard.address().toString())
                        || address.startsWith("about:")
                        || address.startsWith("blob:" + dashboard.address()));
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(100));
    }
}
