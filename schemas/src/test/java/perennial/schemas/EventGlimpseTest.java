package perennial.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import perennial.v1.EpisodeEnd;
import perennial.v1.Event;

class EventGlimpseTest {

    private static final Event EVENT = new Event("games", 300L, 4, 0L, new EpisodeEnd(7L, 1.5, 20L));

    private final byte[] avro = new RecordCodec().encode(EVENT);

    @Test
    void shouldShowAWholeEvent() {
        EventGlimpse glimpse = EventGlimpse.of(avro);

        assertThat(glimpse.event()).isEqualTo(EVENT);
        assertThat(glimpse.stream()).isEqualTo("games");
        assertThat(glimpse.sequence()).isEqualTo(300);
        assertThat(glimpse.description()).isEqualTo("EpisodeEnd");
    }

    @Test
    void shouldShowWhatStandsBeforeTheEndOfACutEvent() {
        EventGlimpse glimpse = EventGlimpse.of(Arrays.copyOf(avro, avro.length - 1));

        assertThat(glimpse.event()).isNull();
        assertThat(glimpse.stream()).isEqualTo("games");
        assertThat(glimpse.sequence()).isEqualTo(300);
        assertThat(glimpse.actor()).isEqualTo(4);
        assertThat(glimpse.description()).contains("EpisodeEnd");
        EventGlimpse shorter = EventGlimpse.of(Arrays.copyOf(avro, RecordCodec.HEADER + 6));
        assertThat(shorter.stream()).isEqualTo("games");
        assertThat(shorter.sequence()).isNull();
    }

    @Test
    void shouldNameAnUnknownSchema() {
        avro[2]++;

        assertThat(EventGlimpse.of(avro).description()).contains("schema that is not known here, fingerprint ");
    }

    @Test
    void shouldShowTextAndBytes() {
        assertThat(EventGlimpse.of("{\"type\":".getBytes(StandardCharsets.UTF_8))
                        .description())
                .isEqualTo("text: {\"type\":");
        assertThat(EventGlimpse.of(new byte[] {0, (byte) 0xff}).description()).isEqualTo("bytes: 00 FF");
        assertThat(EventGlimpse.of(null).description()).isEqualTo("no value");
        assertThat(EventGlimpse.of(new byte[0]).description()).isEqualTo("an empty value");
    }

    @Test
    void shouldNeverFail() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = Arrays.copyOf(avro, 1 + random.nextInt(2 * avro.length));
            for (int j = random.nextInt(4); j > 0; j--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }

            assertThat(EventGlimpse.of(bytes).description()).isNotBlank();
        }
    }
}
