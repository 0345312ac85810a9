package perennial.jobs.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.awaitility.Awaitility;
import perennial.jobs.CommandRun;
import perennial.jobs.config.Configuration;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.flink.FlinkRest;
import perennial.jobs.graph.FileJob;
import perennial.jobs.graph.FileJob.RunFiles;
import perennial.jobs.graph.InitialWeights;
import perennial.learning.learner.SavedLearner;
import perennial.streaming.LearnerTopology;
import perennial.streaming.saved.SavedLearners;

/**
 * Savepoints as each release wrote them, one for each form of job, with hashes of what a job does that goes on from them.
 *
 * <p>They are in {@code src/test/resources/savepoints/<release>/<form>}: {@code learners.yaml}, written by hand, and {@code _metadata} and
 * {@code expected.txt}, written by {@link #main}. Run it when state, or what an update computes, changes <em>before</em> the release is out;
 * never again after it. For the next release copy the {@code learners.yaml}, add what is new, and run it with that release's name:
 *
 * <pre>
 *   mvn -pl jobs -am test-compile dependency:build-classpath -Dmdep.outputFile=/tmp/class-path
 *   cd jobs
 *   java -cp target/test-classes:target/classes:$(cat /tmp/class-path) perennial.jobs.release.ReleasedSavepoints 0.1.0
 * </pre>
 *
 * <p>Numbers depend on the kernels of matrix products. So that they can be compared on every machine, a process of its own computes them
 * with the kernels of OpenBLAS that every processor of this architecture can run ({@value #KERNELS}). Nothing of a machine is in a savepoint:
 * events are read from the process's own working folder.
 */
final class ReleasedSavepoints {

    static final Path FOLDER = Path.of("src", "test", "resources", "savepoints");

    /** Kernels that need nothing but SSE3. */
    static final String KERNELS = "Prescott";

    static final String METADATA = "_metadata";
    static final String CONFIGURATION = "learners.yaml";
    static final String EXPECTED = "expected.txt";

    /** Updates after the savepoint that are compared one by one. */
    static final int UPDATES = 1000;

    /** What every process calls its own working folder, so that no savepoint names one of a machine. */
    private static final String WORKING_FOLDER = "/proc/self/cwd";

    private static final String RESULT = "result.txt";
    private static final String OWN_SOURCES = "own-sources";
    private static final int EVENTS = 12_000;
    private static final int RECORDS_BEFORE_SAVEPOINT = 1500;
    private static final ObjectMapper JSON = new ObjectMapper();

    private ReleasedSavepoints() {}

    /** Writes the savepoints of the release that is named, and what is to be expected of them. */
    public static void main(String[] arguments) throws Exception {
        Path release = FOLDER.resolve(arguments[0]);
        Path work = Files.createTempDirectory("savepoints");
        for (Path form : forms(release)) {
            child(work, Write.class, form.toAbsolutePath());
            Files.writeString(form.resolve(EXPECTED), child(work, Replay.class, form.toAbsolutePath()));
        }
    }

    /** The folders of the forms of a release. */
    static List<Path> forms(Path release) throws IOException {
        try (Stream<Path> forms = Files.list(release)) {
            return forms.filter(Files::isDirectory).sorted().toList();
        }
    }

    /** The releases that have savepoints. */
    static List<Path> releases() throws IOException {
        return forms(FOLDER);
    }

    /** Runs a main class on a form, with the kernels that every machine has, in a folder of its own, and returns its result. */
    static String child(Path parent, Class<?> main, Path form) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory(parent, form.getFileName().toString());
        Path printed = work.resolve("printed.txt");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--add-opens=java.base/java.util=ALL-UNNAMED",
                        "-cp",
                        classPath(),
                        main.getName(),
                        form.toString())
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        builder.environment().put("OPENBLAS_CORETYPE", KERNELS);
        Process process = builder.start();
        if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(
                    main.getSimpleName() + " must end well: form=" + form + " printed:\n" + Files.readString(printed));
        }
        Path result = work.resolve(RESULT);
        return Files.exists(result) ? Files.readString(result) : "";
    }

    /** The class path for a process in another folder. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The file of events that a form's learners learn from, as every process sees it in its own folder; null for none. */
    private static Path events(Path form) throws IOException {
        String name = form.getFileName().toString();
        if (name.equals(OWN_SOURCES)) {
            return null;
        }
        Files.write(Path.of("events.jsonl"), name.equals("examples") ? examples() : transitions());
        return Path.of(WORKING_FOLDER, "events.jsonl");
    }

    private static List<String> examples() {
        SplittableRandom random = new SplittableRandom(1);
        List<String> lines = new ArrayList<>();
        int[] shift = new int[4];
        for (int i = 0; i < EVENTS; i++) {
            if (i % 3000 == 2999) {
                shift[i / 3000] = random.nextInt(4);
                lines.add("{\"type\":\"labelReset\",\"stream\":\"s\",\"sequence\":" + i + ",\"task\":" + (i / 3000 + 1)
                        + "}");
                continue;
            }
            List<Integer> pixels = new ArrayList<>();
            for (int pixel = 0; pixel < 16; pixel++) {
                pixels.add(random.nextInt(256));
            }
            int label = (pixels.get(5) / 128 + pixels.get(10) / 128 + shift[i / 3000]) % 4;
            lines.add("{\"type\":\"example\",\"stream\":\"s\",\"sequence\":" + i + ",\"features\":" + pixels
                    + ",\"label\":" + label + "}");
        }
        return lines;
    }

    private static List<String> transitions() {
        SplittableRandom random = new SplittableRandom(2);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < EVENTS / 2; i++) {
            List<Integer> observation = new ArrayList<>();
            for (int value = 0; value < 6; value++) {
                observation.add(random.nextInt(4));
            }
            int action = random.nextInt(3);
            lines.add(String.format(
                    Locale.ROOT,
                    "{\"type\":\"transition\",\"stream\":\"s\",\"actor\":0,\"sequence\":%d,\"episode\":%d,\"observation\":%s,"
                            + "\"action\":%d,\"reward\":%d,\"terminal\":%b,\"truncated\":false}",
                    i,
                    i / 20,
                    observation.toString().replace(" ", ""),
                    action,
                    observation.get(action) > 1 ? 1 : -1,
                    i % 20 == 19));
        }
        return lines;
    }

    /** Begins a form's job and stops it with a savepoint. */
    static final class Write {

        private Write() {}

        public static void main(String[] arguments) throws Exception {
            Path form = Path.of(arguments[0]);
            Configuration configuration = Configuration.load(form.resolve(CONFIGURATION), List.of());
            Path state = Path.of(WORKING_FOLDER, "state");
            org.apache.flink.configuration.Configuration options =
                    FlinkOptions.effective(Map.of("metrics.fetcher.update-interval", "10ms"), state);
            // All in one file.
            options.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ofMebiBytes(1));
            try (EmbeddedFlink flink = EmbeddedFlink.start(options, 1)) {
                StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
                FileJob.describe(
                        environment,
                        configuration,
                        InitialWeights.none(),
                        new RunFiles(events(form), null, Path.of("dead-letters.jsonl"), null));
                JobID job = flink.submit(environment, "savepoint");
                FlinkRest rest = new FlinkRest(flink.webPage());
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(1))
                        .ignoreExceptions()
                        .atMost(Duration.ofMinutes(5))
                        .until(() ->
                                rest.progress(job, LearnerTopology.LEARNERS).records() > RECORDS_BEFORE_SAVEPOINT);
                Path savepoint = Path.of(java.net.URI.create(flink.stopWithSavepoint(job, state)));
                Files.copy(
                        savepoint.resolve(METADATA),
                        form.resolve(METADATA),
                        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Goes on from a form's savepoint to the end of its events, and says what the learners then did. */
    static final class Replay {

        private Replay() {}

        public static void main(String[] arguments) throws Exception {
            Path form = Path.of(arguments[0]);
            Map<String, SavedLearner> saved = new TreeMap<>();
            SavedLearners.open(form.toString())
                    .visit(learner -> saved.put(learner.learner(), SavedLearner.of(learner.state())));
            List<Object> command = new ArrayList<>(List.of(
                    "train",
                    "--config",
                    form.resolve(CONFIGURATION),
                    "--metrics",
                    "metrics.jsonl",
                    "--export",
                    "weights",
                    "--state",
                    "state",
                    "--resume",
                    form));
            Path events = events(form);
            if (events != null) {
                command.addAll(List.of("--events", events));
            }
            CommandRun run = CommandRun.of(command.toArray());
            if (run.exitCode() != 0) {
                throw new IllegalStateException(run.err());
            }
            List<String> result = new ArrayList<>();
            for (Map.Entry<String, SavedLearner> learner : saved.entrySet()) {
                result.add(line(learner.getKey(), learner.getValue().updates()));
            }
            Files.write(Path.of(RESULT), result);
        }

        private static String line(String learner, long savedAt) throws IOException {
            StringBuilder updates = new StringBuilder();
            String kernel = "";
            int count = 0;
            double losses = 0;
            try (Stream<String> lines = Files.lines(Path.of("metrics.jsonl"))) {
                for (String line : (Iterable<String>) lines::iterator) {
                    JsonNode report = JSON.readTree(line);
                    long update = report.path("update").asLong();
                    if (report.get("type").asText().equals("report")
                            && report.get("learner").asText().equals(learner)
                            && update > savedAt
                            && update <= savedAt + UPDATES) {
                        count++;
                        losses += report.get("loss").asDouble();
                        kernel = report.get("engine").asText();
                        for (String field : List.of("loss", "gradientNorm", "parameterNorm", "learningRate")) {
                            updates.append(Double.doubleToLongBits(
                                            report.get(field).asDouble()))
                                    .append(' ');
                        }
                    }
                }
            }
            byte[] weights = Files.readAllBytes(Path.of("weights", learner + ".safetensors"));
            return String.format(
                    Locale.ROOT,
                    "%s savedAt=%d updates=%d meanLoss=%.6f reports=%s weights=%s kernel=\"%s\"",
                    learner,
                    savedAt,
                    count,
                    losses / count,
                    hash(updates.toString().getBytes(StandardCharsets.UTF_8)),
                    hash(weights),
                    kernel);
        }

        private static String hash(byte[] bytes) {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
                        .substring(0, 32);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}
