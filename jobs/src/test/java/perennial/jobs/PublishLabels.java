package perennial.jobs;

import java.time.Duration;
import java.util.Map;
import perennial.environment.kafka.LabelStreamProducer;
import perennial.environment.kafka.ProducerSettings;
import perennial.environment.labels.LabelStream;
import perennial.environment.labels.LabelStreamSpec;

/** A process that publishes a label stream, for tests that kill it. */
final class PublishLabels {

    static final LabelStreamSpec SPEC = new LabelStreamSpec(
            "killed",
            new LabelStreamSpec.Images.Synthetic(1, 8, 8, 10, 1_000, 0.3),
            new LabelStreamSpec.Change.PixelPermutation(true),
            42,
            40,
            10_000,
            0);

    private PublishLabels() {}

    public static void main(String[] args) {
        producer(args[0], args[1], SPEC).run();
    }

    static LabelStreamProducer producer(String bootstrapServers, String topic, LabelStreamSpec spec) {
        // Small batches, so that many requests follow one another and a kill meets one of them.
        Map<String, String> client =
                Map.of("bootstrap.servers", bootstrapServers, "batch.size", "16384", "linger.ms", "0");
        ProducerSettings settings = new ProducerSettings(
                topic, client, Duration.ofSeconds(30), Duration.ofMillis(300), Duration.ofSeconds(1));
        return new LabelStreamProducer(LabelStream.open(spec), settings, progress -> {});
    }
}
