import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import perennial.schemas.RecordCodec;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/**
 * Prints what learners report, from the beginning, and ends when nothing has come for five seconds:
 * {@code java -cp 'jobs/target/lib/*' ReadMetrics.java HOST:PORT}.
 */
final class ReadMetrics {

    private static final String TOPIC = "perennial.metrics.v1";

    private ReadMetrics() {}

    public static void main(String[] arguments) {
        RecordCodec codec = new RecordCodec();
        // Reports of a checkpoint that failed are not shown: the job makes them again.
        Map<String, Object> properties =
                Map.of("bootstrap.servers", arguments[0], "isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                    .map(partition -> new TopicPartition(TOPIC, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (true) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofSeconds(5));
                if (records.isEmpty()) {
                    return;
                }
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    print(codec.decode(record.value()));
                }
            }
        }
    }

    /** The topic has other records too, such as what became of commands. */
    private static void print(SpecificRecord record) {
        if (record instanceof PlasticityReport report) {
            System.out.println(report.getLearner() + " update " + report.getUpdate() + " loss " + number(report.getLoss())
                    + " dead units " + number(report.getDeadUnits()));
        } else if (record instanceof TaskSummary summary) {
            System.out.println(summary.getLearner() + " task " + summary.getTask() + " accuracy "
                    + number(summary.getAverageOnlineAccuracy()));
        }
    }

    /** A value that was not measured is null. */
    private static String number(Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.3f", value);
    }
}
