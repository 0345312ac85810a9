package perennial.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;

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

    private static ConsumerRecord<byte[], byte[]> received(ProducerRecord<byte[], byte[]> sent) {
        ConsumerRecord<byte[], byte[]> received = new ConsumerRecord<>(sent.topic(), 0, 0, sent.key(), sent.value());
        sent.headers().forEach(received.headers()::add);
        return received;
    }
}
