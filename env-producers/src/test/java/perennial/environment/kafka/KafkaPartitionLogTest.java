package perennial.environment.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class KafkaPartitionLogTest {

    private static final TopicPartition PARTITION = new TopicPartition("events", 0);
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final ScriptedClock clock = new ScriptedClock();
    private final KafkaPartitionLog log = new KafkaPartitionLog(consumer, PARTITION, TIMEOUT, clock);

    @Test
    void shouldReadWhatLiesBetweenTwoOffsetsOverHoles() {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 2L));
        consumer.updateEndOffsets(Map.of(PARTITION, 9L));
        for (long offset : new long[] {2, 3, 6, 7, 8}) {
            add(offset);
        }
        List<Integer> read = new ArrayList<>();

        log.read(3, 8, (key, value) -> read.add((int) value[0]));

        assertThat(read).containsExactly(3, 6, 7);
        assertThat(log.beginning()).isEqualTo(2);
        assertThat(log.end()).isEqualTo(9);
    }

    @Test
    void shouldGiveUpWhenNoRecordComes() {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        for (int i = 0; i < 10; i++) {
            consumer.schedulePollTask(() -> clock.sleep(1_000_000_000L));
        }

        assertThatThrownBy(() -> log.read(0, 5, (key, value) -> {}))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("offset=0 end=5");
    }

    @Test
    void shouldFindAPartitionForEveryStream() {
        List<PartitionInfo> partitions = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            partitions.add(new PartitionInfo("events", i, Node.noNode(), new Node[0], new Node[0]));
        }
        consumer.updatePartitions("events", partitions);

        Set<TopicPartition> found = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            byte[] key = ("stream-" + i).getBytes(StandardCharsets.UTF_8);
            found.add(StreamPartition.find(consumer, "events", key, TIMEOUT).orElseThrow());
        }

        assertThat(found).hasSize(4).allMatch(partition -> partition.topic().equals("events"));
    }

    @Test
    void shouldFindNoPartitionOfAMissingTopic() {
        consumer.updatePartitions("empty", List.of());

        assertThat(StreamPartition.find(consumer, "empty", new byte[1], TIMEOUT))
                .isEmpty();
        assertThat(StreamPartition.find(consumer, "absent", new byte[1], TIMEOUT))
                .isEmpty();
    }

    private void add(long offset) {
        consumer.addRecord(new ConsumerRecord<>("events", 0, offset, new byte[1], new byte[] {(byte) offset}));
    }
}
