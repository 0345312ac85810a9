package perennial.streaming.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static perennial.streaming.assign.Sequences.Finding.GAP;
import static perennial.streaming.assign.Sequences.Finding.IN_ORDER;
import static perennial.streaming.assign.Sequences.Finding.REPEATED;

import java.util.List;
import org.junit.jupiter.api.Test;
import perennial.learning.event.Event;
import perennial.streaming.types.RawRecord;

class SequencesTest {

    private final Sequences sequences = new Sequences(List.of());

    @Test
    void shouldBeginWhereAnActorIsFirstSeen() {
        assertThat(note(sequences, "s", 0, 40)).isEqualTo(IN_ORDER);
        assertThat(note(sequences, "s", 0, 41)).isEqualTo(IN_ORDER);
        assertThat(note(sequences, "s", 1, 7)).isEqualTo(IN_ORDER);
    }

    @Test
    void shouldFindRepetitionsAndGoOnFromTheLastRecord() {
        note(sequences, "s", 0, 5);

        assertThat(note(sequences, "s", 0, 5)).isEqualTo(REPEATED);
        assertThat(note(sequences, "s", 0, 2)).isEqualTo(REPEATED);
        assertThat(sequences.lastBefore()).isEqualTo(5);
        assertThat(note(sequences, "s", 0, 6)).isEqualTo(IN_ORDER);
    }

    @Test
    void shouldFindAGapAndGoOnAfterIt() {
        note(sequences, "s", 0, 5);

        assertThat(note(sequences, "s", 0, 9)).isEqualTo(GAP);
        assertThat(sequences.lastBefore()).isEqualTo(5);
        assertThat(note(sequences, "s", 0, 10)).isEqualTo(IN_ORDER);
    }

    @Test
    void shouldCountToTheLargestNumberThereIs() {
        note(sequences, "s", 0, Long.MAX_VALUE - 1);

        assertThat(note(sequences, "s", 0, Long.MAX_VALUE)).isEqualTo(IN_ORDER);
        assertThat(note(sequences, "s", 0, Long.MIN_VALUE)).isEqualTo(REPEATED);
    }

    @Test
    void shouldGoOnFromTheLatestOfSeveralPositions() {
        SequencePosition early = new SequencePosition("s", 0, 5, "t", 1, 100);
        SequencePosition late = new SequencePosition("s", 0, 8, "t", 1, 103);
        SequencePosition elsewhere = new SequencePosition("s", 0, 7, "u", 0, 9000);

        for (List<SequencePosition> order :
                List.of(List.of(early, late, elsewhere), List.of(elsewhere, late, early), List.of(late, early))) {
            assertThat(note(new Sequences(order), "s", 0, 9)).isEqualTo(IN_ORDER);
        }
    }

    @Test
    void shouldGiveBackItsPositions() {
        note(sequences, "s", 3, 5);

        assertThat(sequences.positions()).containsExactly(new SequencePosition("s", 3, 5, "topic", 2, 1005));
    }

    private static Sequences.Finding note(Sequences sequences, String stream, int actor, long sequence) {
        Event event = new Event();
        event.stream = stream;
        event.actor = actor;
        event.sequence = sequence;
        return sequences.note(event, new RawRecord(null, null, "topic", 2, 1000 + sequence));
    }
}
