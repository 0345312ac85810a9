package perennial.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.OriginalHeader;

class DeadLetterHeadersTest {

    @Test
    void shouldGiveBackTheLetterThatWasSent() {
        DeadLetter letter = Samples.deadLetter(77, "zu groß: size=9");

        ProducerRecord<byte[], byte[]> sent = DeadLetterHeaders.toRecord("dead", letter);

        assertThat(sent.value()).containsExactly(1, 2, 3);
        assertThat(DeadLetterHeaders.fromRecord(received(sent))).isEqualTo(letter);
    }

    @Test
    void shouldKeepThatThereWasNoKey() {
        DeadLetter letter = Samples.deadLetter(77, "error");
        letter.setKey(null);

        ProducerRecord<byte[], byte[]> sent = DeadLetterHeaders.toRecord("dead", letter);

        assertThat(sent.key()).isNull();
        assertThat(DeadLetterHeaders.fromRecord(received(sent)).getKey()).isNull();
    }

    @Test
    void shouldTakeAReasonOfANewerVersionForOther() {
        ConsumerRecord<byte[], byte[]> record = received(DeadLetterHeaders.toRecord("d", Samples.deadLetter(1, "e")));
        record.headers().remove(DeadLetterHeaders.REASON);
        record.headers().add(DeadLetterHeaders.REASON, "TOO_NEW".getBytes(StandardCharsets.UTF_8));

        assertThat(DeadLetterHeaders.fromRecord(record).getReason()).isEqualTo(DeadLetterReason.OTHER);
    }

    @Test
    void shouldRefuseALetterWithoutItsOffset() {
        ConsumerRecord<byte[], byte[]> record = received(DeadLetterHeaders.toRecord("d", Samples.deadLetter(1, "e")));
        record.headers().remove(DeadLetterHeaders.OFFSET);

        assertThatThrownBy(() -> DeadLetterHeaders.fromRecord(record))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("perennial.offset");
    }

    @Test
    void shouldKeepThatThereWasNoValue() {
        DeadLetter letter = Samples.deadLetter(77, "error");
        letter.setValue(null);

        assertThat(DeadLetterHeaders.fromRecord(received(DeadLetterHeaders.toRecord("dead", letter))))
                .isEqualTo(letter);
    }

    @Test
    void shouldKeepOriginalHeadersEvenOfOurNames() {
        DeadLetter letter = Samples.deadLetter(77, "error");
        letter.setHeaders(List.of(
                header("trace", "1"),
                header(DeadLetterHeaders.REASON, "forged"),
                header("trace", "2"),
                new OriginalHeader("empty", null),
                header(DeadLetterHeaders.OFFSET, "5")));

        ConsumerRecord<byte[], byte[]> record = received(DeadLetterHeaders.toRecord("dead", letter));

        assertThat(DeadLetterHeaders.fromRecord(record)).isEqualTo(letter);
        assertThat(ReplayReceipt.is(record)).isFalse();
    }

    @Test
    void shouldCountReplays() {
        DeadLetter letter = Samples.deadLetter(77, "error");
        letter.setHeaders(List.of(header("trace", "1"), header(DeadLetterHeaders.REPLAYS, "2")));

        ProducerRecord<byte[], byte[]> replay = DeadLetterHeaders.toReplay(letter);

        assertThat(DeadLetterHeaders.replays(letter)).isEqualTo(2);
        assertThat(replay.topic()).isEqualTo("events");
        assertThat(replay.partition()).isEqualTo(2);
        assertThat(replay.headers().toArray())
                .containsExactly(
                        new RecordHeader("trace", "1".getBytes(StandardCharsets.UTF_8)),
                        new RecordHeader(DeadLetterHeaders.REPLAYS, "3".getBytes(StandardCharsets.UTF_8)));
        for (String forged : List.of("", "-5", "many", "99999999999")) {
            letter.setHeaders(List.of(header(DeadLetterHeaders.REPLAYS, forged)));
            assertThat(DeadLetterHeaders.replays(letter)).isNotNegative();
        }
    }

    @ParameterizedTest
    @CsvSource({"perennial.offset, -1", "perennial.partition, 2147483648", "perennial.partition, x"})
    void shouldRefuseNumbersThatAreNone(String name, String value) {
        ConsumerRecord<byte[], byte[]> record = received(DeadLetterHeaders.toRecord("d", Samples.deadLetter(1, "e")));
        record.headers().remove(name);
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> DeadLetterHeaders.fromRecord(record))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name + "=" + value);
    }

    @Test
    void shouldRefuseAReceiptThatIsNone() {
        List<Origin> origins = List.of(new Origin("a topic", 3, 1L << 40), new Origin("t", 0, 0));
        ConsumerRecord<byte[], byte[]> receipt = received(ReplayReceipt.of("dead", origins));

        assertThat(ReplayReceipt.is(receipt)).isTrue();
        assertThat(ReplayReceipt.origins(receipt)).isEqualTo(origins);
        for (String wrong : List.of("1", "1 2", "x 2 t", "1 x t", " ")) {
            ConsumerRecord<byte[], byte[]> other =
                    new ConsumerRecord<>("dead", 0, 0, null, wrong.getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> ReplayReceipt.origins(other))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("partition, offset and topic");
        }
    }

    private static OriginalHeader header(String name, String value) {
        return new OriginalHeader(name, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }

    private static ConsumerRecord<byte[], byte[]> received(ProducerRecord<byte[], byte[]> sent) {
        ConsumerRecord<byte[], byte[]> received = new ConsumerRecord<>(sent.topic(), 0, 0, sent.key(), sent.value());
        sent.headers().forEach(received.headers()::add);
        return received;
    }
}
