package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.PerennialProcess;

/** The demo from producer to plots, with tasks shorter than a user sees. */
class DemoITCase {

    private static final List<String> PLOTS =
            List.of("online-accuracy.png", "parameter-norm.png", "effective-learning-rate.png", "dead-units.png");

    @TempDir
    private Path folder;

    @Test
    void shouldTrainThreeLearnersAndWriteWhatTheyFound() throws IOException {
        Path output = folder.resolve("results");

        CommandRun run = CommandRun.of(
                "demo",
                "--resets",
                "3",
                "--seed",
                "4",
                "--prometheus",
                "0",
                "--set",
                "labels.examplesPerTask=2560",
                "--output",
                output);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("dashboard:  http://127.0.0.1:")
                .contains("broker:     127.0.0.1:")
                .contains("Flink:      http://")
                .contains("Prometheus: http://localhost:")
                .contains("task   2/3  nap")
                .contains("results in " + output);
        List<String> csv = Files.readAllLines(output.resolve("tasks.csv"));
        assertThat(csv).hasSize(1 + 3 * 3);
        assertThat(csv.get(0)).startsWith("learner,variant,task,updates,records,averageOnlineAccuracy,");
        assertThat(csv.subList(1, 4)).allMatch(row -> row.startsWith("none,none,") && row.contains(",20,2560,"));
        assertThat(csv.subList(7, 10)).allMatch(row -> row.startsWith("nap,nap,"));
        for (String plot : PLOTS) {
            BufferedImage image = ImageIO.read(output.resolve(plot).toFile());
            assertThat(image.getWidth()).isEqualTo(900);
            assertThat(colours(image)).as("lines in " + plot).contains(0xD55E00, 0x0072B2, 0x009E73);
        }
    }

    @Test
    void shouldGoOnWithTheOthersWhereALearnerStopsAndSaySoAtTheEnd() throws IOException {
        Path output = folder.resolve("results");

        CommandRun run = CommandRun.of(
                "demo",
                "--resets",
                "2",
                "--set",
                "labels.examplesPerTask=1280",
                "--set",
                "learners[1].optimiser.learningRate=1e30",
                "--set",
                "learners[1].divergence.maxDiscarded=1",
                "--output",
                output);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("perennial: a learner has stopped learning: learner=layernorm update=1 learningRate=1.0E30")
                .doesNotContain("learner=nap", "learner=none", "\tat ");
        assertThat(Files.readAllLines(output.resolve("tasks.csv"))).hasSize(1 + 3 * 2);
    }

    @Test
    void shouldEndInOrderWhenItIsInterrupted() throws Exception {
        try (PerennialProcess process =
                PerennialProcess.start(folder, "demo", "--set", "labels.examplesPerTask=2560", "--output", "early")) {
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                assertThat(process.isAlive()).as(process.output()).isTrue();
                return process.output().contains("task   1/40  nap");
            });

            assertThat(dashboard(process.output())).contains("<title>Perennial</title>");
            assertThat(process.terminate()).as(process.output()).isEqualTo(130);

            assertThat(process.output()).contains("interrupted after").doesNotContain("Exception");
        }
        assertThat(folder.resolve("early/tasks.csv")).isNotEmptyFile();
    }

    @Test
    void shouldRefuseAPortForADashboardThatIsNotWanted() {
        CommandRun run = CommandRun.of("demo", "--no-dashboard", "--port", "8090");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("leave out one of --port and --no-dashboard");
    }

    @Test
    void shouldRefuseImagesThatAreNotThere() {
        CommandRun run = CommandRun.of("demo", "--images", folder.resolve("none"));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--images must name a folder").doesNotContain("\tat ");
    }

    /** The page at the address that the demo printed. */
    private static String dashboard(String output) throws Exception {
        Matcher address =
                Pattern.compile("dashboard: +(http://127.0.0.1:\\d+/)").matcher(output);
        assertThat(address.find()).as(output).isTrue();
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(address.group(1))).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static List<Integer> colours(BufferedImage image) {
        return java.util.stream.IntStream.range(0, image.getWidth() * image.getHeight())
                .map(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()) & 0xffffff)
                .distinct()
                .boxed()
                .toList();
    }
}
