package perennial.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import perennial.jobs.kafka.DeadLetterHeaders;
import perennial.jobs.kafka.Samples;
import perennial.v1.DeadLetter;

class DeadLetterCountTest {

    private final DeadLetterCount count = new DeadLetterCount();

    @Test
    void shouldCountWhatIsWrittenAgainAfterAFailureOnce() {
        for (long offset : new long[] {3, 7, 9, 7, 9, 12}) {
            count.add(letter(offset, "offset " + offset));
        }

        assertThat(count.count()).isEqualTo(4);
    }

    @Test
    void shouldKeepTheNewestAndWhatWasWrongWithThem() {
        for (long offset = 0; offset < 10; offset++) {
            count.add(letter(offset, "offset " + offset));
        }

        assertThat(count.newest())
                .extracting(DeadLetter::getError)
                .containsExactly("offset 9", "offset 8", "offset 7", "offset 6", "offset 5");
    }

    @Test
    void shouldCutALongReasonShort() {
        count.add(letter(1, "x".repeat(100_000)));

        assertThat(count.newest().get(0).getError()).hasSizeLessThan(400);
    }

    @Test
    void shouldCountARecordThatIsNoDeadLetter() {
        count.add(new ConsumerRecord<>("dead-letters", 0, 0, new byte[0], new byte[] {1}));

        assertThat(count.count()).isEqualTo(1);
        assertThat(count.newest()).isEmpty();
    }

    private static ConsumerRecord<byte[], byte[]> letter(long offset, String error) {
        ProducerRecord<byte[], byte[]> written =
                DeadLetterHeaders.toRecord("dead-letters", Samples.deadLetter(offset, error));
        ConsumerRecord<byte[], byte[]> read =
                new ConsumerRecord<>("dead-letters", 0, offset, written.key(), written.value());
        for (Header header : written.headers()) {
            read.headers().add(header);
        }
        return read;
    }
}
