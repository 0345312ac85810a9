package perennial.streaming.assign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import perennial.schemas.JsonRecords;
import perennial.schemas.RecordCodec;
import perennial.streaming.Records;
import perennial.streaming.Specs;

class DecodeAndAssignPropertiesTest {

    /** Whatever is done to the bytes of an event: it is used, or there is one letter about it, and nothing is thrown. */
    @Property(tries = 300)
    void shouldSurviveAnyBytes(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int damages) throws Exception {
        Random random = new Random(seed);
        try (AssignHarness harness = AssignHarness.of(Specs.classifier("c", "*"))) {
            for (int i = 0; i < 30; i++) {
                boolean json = random.nextBoolean();
                byte[] bytes = json ? JsonRecords.eventLine(event(random)) : new RecordCodec().encode(event(random));
                byte[] damaged = Arrays.copyOf(bytes, bytes.length - random.nextInt(2));
                // Mostly behind the header, since bytes without it are refused at once.
                for (int j = 0; j < damages; j++) {
                    int from = json || random.nextInt(10) == 0 ? 0 : 10;
                    damaged[from + random.nextInt(damaged.length - from)] = (byte) random.nextInt();
                }
                int before = harness.letters().size() + harness.assigned().size();

                harness.read(Records.raw(damaged, i));

                // A record that reveals a gap is used and has a letter.
                assertThat(harness.letters().size() + harness.assigned().size() - before)
                        .isBetween(1, 2);
            }
        }
    }

    private static perennial.v1.Event event(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Records.example("s", random.nextInt(9), 1, 1, 2, 3, 4);
            case 1 -> Records.byteExample("s", random.nextInt(9), 1, (byte) 1, (byte) 2, (byte) 3, (byte) 4);
            case 2 -> Records.transition("s", random.nextInt(9), 1, 2);
            default -> Records.reset("s", random.nextInt(9), 1);
        };
    }
}
