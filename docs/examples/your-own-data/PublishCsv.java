import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import perennial.schemas.RecordCodec;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.LabelResetKind;
import perennial.v1.LabelledExample;

/** Publishes the mill's log: {@code java -cp 'jobs/target/lib/*' PublishCsv.java HOST:PORT STREAM FILE.csv}. */
final class PublishCsv {

    private PublishCsv() {}

    public static void main(String[] arguments) throws Exception {
        String address = arguments[0];
        String stream = arguments[1];
        Path file = Path.of(arguments[2]);
        RecordCodec codec = new RecordCodec();
        List<Future<?>> sent = new ArrayList<>();
        // The producer is idempotent unless told otherwise, which keeps the order where a record has to be sent again.
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", address), new StringSerializer(), new ByteArraySerializer())) {
            for (Event event : events(stream, file)) {
                // The key is the stream: its events share a partition, and so they have an order.
                sent.add(producer.send(new ProducerRecord<>("perennial.events.v1", stream, codec.encode(event))));
            }
        }
        for (Future<?> confirmation : sent) {
            confirmation.get();
        }
        System.out.println("published " + sent.size() + " events of " + stream);
    }

    private static List<Event> events(String stream, Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .skip(1)
                .map(line -> event(stream, line.split(",", -1)))
                .toList();
    }

    /** The columns are number, tool, speed, load, temperature, vibration, state. */
    private static Event event(String stream, String[] row) {
        return Event.newBuilder()
                .setStream(stream)
                // It must go up by one with every event of a stream: the number of the row in the log does.
                .setSequence(Long.parseLong(row[0]))
                .setBody(row[6].isEmpty() ? newTool(row) : example(row))
                .build();
    }

    /** From here on the same readings mean something else. */
    private static LabelReset newTool(String[] row) {
        return new LabelReset(Integer.parseInt(row[1]), LabelResetKind.OTHER, "new tool");
    }

    private static LabelledExample example(String[] row) {
        List<Float> readings = new ArrayList<>();
        for (int column = 2; column < 6; column++) {
            readings.add(Float.parseFloat(row[column]));
        }
        return new LabelledExample(readings, Integer.parseInt(row[6]));
    }
}
