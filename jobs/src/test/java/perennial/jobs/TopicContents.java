package perennial.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.TopicReader;
import perennial.jobs.kafka.TopicRecords;
import perennial.schemas.JsonRecords;

/** What is on a topic when it is looked at, from its beginning to its end. */
public final class TopicContents {

    private TopicContents() {}

    /** The records, those of a partition in order. */
    public static List<ConsumerRecord<byte[], byte[]>> records(
            KafkaConnection connection, String topic, boolean committedOnly) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        forEach(connection, topic, committedOnly, records::add);
        return records;
    }

    /** What the records stand for. */
    public static List<SpecificRecord> decoded(KafkaConnection connection, String topic, boolean committedOnly) {
        return decoded(connection, topic, committedOnly, SpecificRecord.class);
    }

    /** What the records of one kind stand for. */
    public static <T extends SpecificRecord> List<T> decoded(
            KafkaConnection connection, String topic, boolean committedOnly, Class<T> kind) {
        TopicRecords decoder = new TopicRecords();
        List<T> decoded = new ArrayList<>();
        forEach(connection, topic, committedOnly, record -> {
            SpecificRecord found = decoder.decode(record);
            if (kind.isInstance(found)) {
                decoded.add(kind.cast(found));
            }
        });
        return decoded;
    }

    /** What committed readers see of learners, as JSON lines by learner. */
    public static Map<String, List<String>> linesByLearner(KafkaConnection connection, String topic) {
        return LearnerLines.byLearner(decoded(connection, topic, true).stream()
                .map(JsonRecords::toJson)
                .toList());
    }

    private static void forEach(
            KafkaConnection connection,
            String topic,
            boolean committedOnly,
            Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        try (TopicReader reader = new TopicReader(connection, topic, committedOnly)) {
            reader.read(true, false, new TopicReader.Sink() {
                @Override
                public boolean take(ConsumerRecord<byte[], byte[]> record) {
                    receiver.accept(record);
                    return true;
                }

                @Override
                public boolean paused() {
                    return true;
                }
            });
        }
    }
}
