package perennial.jobs.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import perennial.environment.kafka.ActorStreamSpec;
import perennial.environment.kafka.ClientRole;
import perennial.environment.labels.LabelStreamSpec;
import perennial.jobs.CodeVersion;
import perennial.jobs.UserException;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.learn.PolicyPublication;
import perennial.streaming.watch.WatchRule;

/**
 * The whole configuration of a job, its learners and a producer: read, completed with defaults, and valid. Immutable. Its texts may
 * hold secrets, and {@link #toString} masks them.
 */
public record Configuration(
        @Option(
                description =
                        "name of the job, in Flink, as its consumer group and in front of its transactional ids; jobs that"
                                + " run at one time on one Kafka need different ones",
                defaultValue = "perennial")
        String name,

        @Option(
                description =
                        "properties of every Kafka client, as Kafka names them; those below producer, consumer or admin"
                                + " are for such clients alone and go over the others; no default: without bootstrap.servers a"
                                + " broker is embedded")
        Map<String, String> kafka,

        @Option(description = "options of Flink, as Flink names them")
        Map<String, String> flink,

        @Option(description = "names of the topics") TopicsSection topics,

        @Option(
                description =
                        "exactly-once: written records are visible to committed readers at each checkpoint; at-least-once:"
                                + " visible at once, and some twice after a failure, byte for byte the same",
                defaultValue = "exactly-once")
        Delivery delivery,

        @Option(
                description = "how records of the metrics, predictions and alerts topics are written",
                defaultValue = "avro")
        Format format,

        @Option(description = "what computes; auto: nd4j where it has a GPU, otherwise cpu", defaultValue = "auto")
        EngineChoice engine,

        @Option(description = "limits that keep one bad record from harming the rest")
        LimitsSection limits,

        @Option(description = "the learners", defaultValue = "[]")
        List<LearnerSection> learners,

        @Option(
                description =
                        "rules by which `watch` raises alerts; where there are none, the standard rules hold, which"
                                + " `watch --rules` prints; docs/alerts.md tells of them",
                defaultValue = "[]")
        List<AlertSection> alerts,

        @Option(description = "a producer's stream of labelled images; none where it is not written", defaultValue = "")
        Optional<LabelsSection> labels,

        @Option(
                description = "an environment that actors act in with learners' policies; none where it is not written",
                defaultValue = "")
        Optional<EnvironmentSection> environment) {

    /** A configuration is written by hand; a longer file is a mistake. */
    static final int MAX_FILE_BYTES = 1024 * 1024;

    /** The rules that hold where a configuration has none of its own. */
    static final String STANDARD_ALERTS = "/perennial/alerts.yaml";

    public Configuration {
        if (!name.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "a job's name may have letters, digits, dot, underscore and minus: name=" + name);
        }
        kafka = Collections.unmodifiableMap(new TreeMap<>(kafka));
        flink = Collections.unmodifiableMap(new TreeMap<>(flink));
        learners = List.copyOf(learners);
        alerts = List.copyOf(alerts);
    }

    /** The engine as the learners know it: auto, cpu or nd4j. */
    public String engineName() {
        return Spelling.of(engine);
    }

    /** The consumer group that the job reads events in. */
    public String consumerGroup() {
        return ClientRole.CONSUMER.of(kafka).getOrDefault("group.id", name);
    }

    /** What the ids of the transactions begin with that {@code sink} writes in; a minus and numbers follow. */
    public String transactionalIdPrefix(String sink) {
        return name + "-" + sink;
    }

    /**
     * The configuration of the job that watches what this one's job reports: under a name of its own, since the two run at one time and
     * write dead letters to one topic.
     */
    public Configuration ofWatch() {
        return with(name + "-watch", kafka, delivery, learners, environment);
    }

    /** The rules by which alerts are raised: those that are configured, or else the standard ones. */
    public List<WatchRule> watchRules() {
        List<AlertSection> rules = alerts.isEmpty() ? loadResource(STANDARD_ALERTS, List.of()).alerts : alerts;
        return rules.stream().map(AlertSection::watchRule).toList();
    }

    /** The rules by which alerts are raised as YAML, to be written into a configuration: the standard ones with what is to be said of them. */
    public String watchRulesYaml() {
        return alerts.isEmpty() ? resourceText(STANDARD_ALERTS) : Effective.yaml(new Alerts(alerts), true);
    }

    /** The rules by themselves. */
    private record Alerts(List<AlertSection> alerts) {}

    /** This configuration with one more property of every Kafka client, or another value for it. */
    public Configuration withKafka(String property, String value) {
        Map<String, String> changed = new TreeMap<>(kafka);
        changed.put(property, value);
        return with(name, changed, delivery, learners, environment);
    }

    /** This configuration with other options of Flink laid over its own. */
    public Configuration withFlink(Map<String, String> options) {
        Map<String, String> changed = new TreeMap<>(flink);
        changed.putAll(options);
        return new Configuration(
                name, kafka, changed, topics, delivery, format, engine, limits, learners, alerts, labels, environment);
    }

    /** This configuration with those of its learners that have one of these names. */
    public Configuration withLearners(List<String> names) {
        List<LearnerSection> some = learners.stream()
                .filter(learner -> names.contains(learner.name()))
                .toList();
        return with(name, kafka, delivery, some, environment);
    }

    /** This configuration with another folder for the states of actors, where it has any. */
    public Configuration withStateFolder(Path folder) {
        return with(name, kafka, delivery, learners, environment.map(section -> section.withStateFolder(folder)));
    }

    /** This configuration with another delivery. */
    public Configuration withDelivery(Delivery other) {
        return with(name, kafka, other, learners, environment);
    }

    private Configuration with(
            String otherName,
            Map<String, String> otherKafka,
            Delivery otherDelivery,
            List<LearnerSection> otherLearners,
            Optional<EnvironmentSection> otherEnvironment) {
        return new Configuration(
                otherName,
                otherKafka,
                flink,
                topics,
                otherDelivery,
                format,
                engine,
                limits,
                otherLearners,
                alerts,
                labels,
                otherEnvironment);
    }

    /**
     * Reads a file.
     *
     * @param overrides assignments {@code path=value} laid over the file, in order
     * @throws UserException that lists everything that is wrong, or says why the file cannot be read
     */
    public static Configuration load(Path file, List<String> overrides) {
        try (InputStream stream = Files.newInputStream(file)) {
            return parse(text(stream, file.toString()), file.toString(), overrides, System::getenv);
        } catch (IOException e) {
            throw UserException.usage(
                    "the configuration must be a file that can be read: file=" + file + " error=" + e);
        }
    }

    /**
     * Reads a configuration that comes with the code.
     *
     * @param name absolute name of the resource
     * @param overrides assignments {@code path=value} laid over it, in order
     * @throws UserException that lists everything that is wrong
     */
    public static Configuration loadResource(String name, List<String> overrides) {
        return parse(resourceText(name), name, overrides, System::getenv);
    }

    private static String resourceText(String name) {
        try (InputStream stream = Configuration.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalArgumentException("there is no such resource: name=" + name);
            }
            return text(stream, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The text of a configuration.
     *
     * @throws UserException if it is too long for one, or no text
     */
    static String text(InputStream stream, String source) throws IOException {
        byte[] bytes = stream.readNBytes(MAX_FILE_BYTES + 1);
        if (bytes.length > MAX_FILE_BYTES) {
            throw UserException.usage("a configuration may have at most " + MAX_FILE_BYTES + " bytes: file=" + source);
        }
        return text(bytes, source);
    }

    private static String text(byte[] bytes, String source) throws IOException {
        // A reader made from a decoder refuses bytes that are no UTF-8, where a String would replace them.
        try (Reader reader =
                new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8.newDecoder())) {
            StringWriter text = new StringWriter();
            reader.transferTo(text);
            // Some editors begin a file with a byte order mark.
            return text.toString().replaceFirst("^\uFEFF", "");
        } catch (CharacterCodingException e) {
            throw UserException.usage("a configuration must be UTF-8 text: file=" + source);
        }
    }

    /**
     * Reads a text.
     *
     * @param source what errors call it
     * @param overrides assignments {@code path=value} laid over it, in order
     * @param environment gives the value of an environment variable, or null
     * @throws UserException that lists everything that is wrong
     */
    public static Configuration parse(
            String text, String source, List<String> overrides, UnaryOperator<String> environment) {
        Problems problems = new Problems(source);
        Node.Mapping written = YamlReader.readMapping(text, source, problems);
        return bind(new Overrides(problems).apply(written, overrides), environment, problems);
    }

    /**
     * The learner that a checkpoint describes, without its own source.
     *
     * @param json the configuration that the checkpoint holds of it
     * @throws UserException if this release does not know what stands there
     */
    public static LearnerSpec savedLearner(String json) {
        Problems problems = new Problems("the checkpoint");
        Map<String, Node> section = new LinkedHashMap<>(
                YamlReader.readMapping(json, "the checkpoint", problems).entries());
        section.keySet().removeAll(Set.of("environment", "labels"));
        Place place = new Place("the checkpoint", 0);
        Node learners = new Node.Sequence(place, List.of(new Node.Mapping(place, section)));
        return bind(new Node.Mapping(place, Map.of("learners", learners)), name -> null, problems)
                .learnerSpecs()
                .get(0);
    }

    /** The configuration that {@code root} says, which was read without {@code problems} that end it. */
    static Configuration bind(Node.Mapping root, UnaryOperator<String> environment, Problems problems) {
        Binder binder = new Binder(problems, new References(environment));
        Configuration configuration = binder.bind(Configuration.class, root);
        new Combinations(binder, problems).check();
        problems.throwIfAny();
        return configuration;
    }

    /**
     * The learners as the job takes them.
     *
     * @throws UserException if there are none
     */
    public List<LearnerSpec> learnerSpecs() {
        if (learners.isEmpty()) {
            throw UserException.usage(
                    "the configuration must have at least one learner: learners=[]; add one below learners:");
        }
        return learners.stream()
                .map(learner -> learner.spec(CodeVersion.current()))
                .toList();
    }

    /** Whether the learners make their events themselves, inside the job: all of them, or none. */
    public boolean hasOwnSources() {
        return learners.stream().anyMatch(LearnerSection::hasOwnSource);
    }

    /**
     * The label stream as a producer takes it.
     *
     * @throws UserException if there is none
     */
    public LabelStreamSpec labelStream() {
        return labels.orElseThrow(
                        () -> UserException.usage(
                                "the configuration must describe a label stream: labels is not written; add the section labels:"))
                .spec();
    }

    /** SHA-256 over all learners with all defaults written, in hexadecimal digits: equal learners, equal hash. */
    public String learnersHash() {
        return Effective.hash(new Learners(learners), Set.of());
    }

    /** The learners by themselves. */
    private record Learners(List<LearnerSection> learners) {}

    /** How many records each learner with a source of its own learns from, its label resets included, by the learner's name. */
    public Map<String, Long> ownRecords() {
        Map<String, Long> records = new LinkedHashMap<>();
        for (LearnerSection learner : learners) {
            learner.labels()
                    .ifPresent(
                            labels -> records.put(learner.name(), labels.spec().length()));
            learner.environment()
                    .ifPresent(own -> records.put(learner.name(), own.acting().actors() * own.steps()));
        }
        return records;
    }

    /**
     * How often the learners of actors say what they would do, by the learner's name.
     */
    public Map<String, PolicyPublication> publications() {
        Map<String, PolicyPublication> publications = new TreeMap<>();
        for (LearnerSection learner : learners) {
            if (learner.task() instanceof TaskSection.ActionValues) {
                publications.put(
                        learner.name(),
                        new PolicyPublication(
                                learner.policies().publishEvery(),
                                learner.policies().progressEvery()));
            }
        }
        return publications;
    }

    /**
     * The streams of transitions as producers take them: one for each learner that is acted with.
     *
     * @throws UserException if there is no environment, or nobody to act with
     */
    public List<ActorStreamSpec> actorStreams() {
        EnvironmentSection section = environment.orElseThrow(
                () -> UserException.usage(
                        "the configuration must describe an environment: environment is not written; add the section environment:"));
        List<ActorStreamSpec> streams = section.actedWith(learners).stream()
                .map(learner -> section.stream(learner, engineName(), topics.policies()))
                .toList();
        if (streams.isEmpty()) {
            throw UserException.usage("an environment needs a learner to act with: there is none whose task is"
                    + " reinforcement or streamQ; add one below learners:");
        }
        return streams;
    }

    /**
     * The whole configuration as YAML, with every default, in the order of the documentation. Not masked, it loads again to an equal
     * configuration; it then holds secrets.
     *
     * @param masked whether values that look secret are hidden
     */
    public String effectiveYaml(boolean masked) {
        return Effective.yaml(this, masked);
    }

    /** The effective configuration as YAML, secrets masked. */
    @Override
    public String toString() {
        return effectiveYaml(true);
    }
}
