package perennial.streaming.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import perennial.learning.event.Event;
import perennial.streaming.Records;
import perennial.v1.LabelReset;
import perennial.v1.LabelResetKind;
import perennial.v1.LabelledExample;

class EventMappingTest {

    private final Event event = new Event();

    @Test
    void shouldMapATransition() {
        EventMapping.map(Records.transition("s", 9, 1.5f, 2.5f), event);

        assertThat(event.kind).isEqualTo(Event.Kind.TRANSITION);
        assertThat(event.stream).isEqualTo("s");
        assertThat(event.sequence).isEqualTo(9);
        assertThat(event.features.bytes()).containsExactly(1, 2);
        assertThat(event.action).isEqualTo(1);
        assertThat(event.reward).isEqualTo(0.5f);
        assertThat(event.terminal).isFalse();
        assertThat(event.truncated).isTrue();
        assertThat(event.episode).isEqualTo(8);
        assertThat(event.hasNextObservation).isTrue();
        assertThat(event.nextObservation.floats()).containsExactly(1.5f, 2.5f);
    }

    @Test
    void shouldMapAnEpisodesEnd() {
        EventMapping.map(Records.episodeEnd("s", 9), event);

        assertThat(event.kind).isEqualTo(Event.Kind.EPISODE_END);
        assertThat(event.episode).isEqualTo(4);
        assertThat(event.episodeReturn).isEqualTo(12.5);
        assertThat(event.episodeLength).isEqualTo(100);
    }

    @Test
    void shouldForgetWhatAnEarlierRecordSaid() {
        EventMapping.map(Records.regression("s", 0, new float[] {1, 2}, 1), event);
        EventMapping.map(Records.example("s", 1, 2, 1), event);

        assertThat(event.target.length()).isZero();
        assertThat(event.label).isEqualTo(2);
    }

    @Test
    void shouldReadThePartOfABufferThatIsLeft() {
        ByteBuffer part = ByteBuffer.wrap(new byte[] {9, 1, 2, 9}, 1, 2);

        EventMapping.map(Records.event("s", 0, new LabelledExample(part, 0)), event);

        assertThat(event.features.length()).isEqualTo(2);
        assertThat(event.features.bytes()).startsWith(1, 2);
        assertThat(part.remaining()).isEqualTo(2);
    }

    @Test
    void shouldMapEveryKindOfReset() {
        for (LabelResetKind kind : LabelResetKind.values()) {
            EventMapping.map(Records.event("s", 0, new LabelReset(1, kind, "")), event);

            assertThat(event.resetKind.name()).isEqualTo(kind.name());
        }
    }

    @Test
    void shouldRefuseABodyOrValuesItDoesNotKnow() {
        assertThatThrownBy(() -> EventMapping.map(Records.event("s", 0, "body"), event))
                .hasMessageContaining("body=java.lang.String");
        assertThatThrownBy(() -> EventMapping.map(Records.event("s", 0, new LabelledExample(null, 0)), event))
                .hasMessageContaining("found=null");
    }
}
