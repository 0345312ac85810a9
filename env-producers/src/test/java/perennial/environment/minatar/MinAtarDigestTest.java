package perennial.environment.minatar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.environment.ActionSpec;
import perennial.environment.Environment;
import perennial.environment.Environments;
import perennial.environment.ObservationSpec;
import perennial.environment.Step;

/** Digests taken from the reference implementation: equal ones mean equal frames, rewards and ends at every step. */
class MinAtarDigestTest {

    @ParameterizedTest
    @CsvSource({
        "asterix,        19dec9f7d428, 2d15b9e68cad, 8e9bb8c37ee869b7,  698, 1445",
        "breakout,       0cf8c0270f93, 29f10a5864bb, b138d5d767d4b1c6, 4563, 8896",
        "freeway,        8186b1cc1e03, c534e8b0daf7, c9299d4eddf5708b,    9,   39",
        "seaquest,       e5e1ec892173, bc4f05b05c29, 84711286673fbbd6,  314, 3342",
        "space_invaders, cddf7fe038a8, 6eb127dac610, 6c632b47b288621c, 5619, 1990"
    })
    void shouldEqualTheReferenceUnderRandomPlay(
            String game, String after100, String after1000, String after100000, long reward, long terminals) {
        MinAtarDigest digest = digest(game, 0, 0.1);
        MinAtarDigest.Actions actions = MinAtarDigest.actions(0, 1);

        play(digest, actions, 100);
        assertThat(digest.hex()).startsWith(after100);
        play(digest, actions, 1000);
        assertThat(digest.hex()).startsWith(after1000);
        play(digest, actions, 100_000);
        assertThat(digest.hex()).startsWith(after100000);
        assertThat(digest.totalReward()).isEqualTo(reward);
        assertThat(digest.terminals()).isEqualTo(terminals);
    }

    @ParameterizedTest
    @ValueSource(strings = {"asterix", "breakout", "freeway"})
    void shouldEqualTheReferenceUnderSkilledPlay(String game) throws IOException {
        Trace trace = Trace.read(game);
        MinAtarDigest digest = digest(game, trace.seed(), trace.sticky());
        List<String> found = new ArrayList<>();

        for (int i = 0; i < trace.actions().length(); i++) {
            digest.step(trace.actions().charAt(i) - '0');
            if (digest.steps() % 250 == 0) {
                found.add(digest.steps() + ":" + digest.hex().substring(0, 12));
            }
        }

        assertThat(found).isEqualTo(trace.prefixes());
        assertThat(digest.hex()).startsWith(trace.digest());
        assertThat(digest.steps()).isEqualTo(trace.steps());
        assertThat(digest.totalReward()).isEqualTo(trace.reward());
        assertThat(digest.terminals()).isEqualTo(trace.terminals());
    }

    @Test
    void shouldDrownInSeaquestWhereTheReferenceDoes() {
        MinAtarDigest digest = digest("seaquest", 3, 0.0);

        for (int i = 0; i < 8 + 215; i++) {
            digest.step(i < 8 ? 4 : 0);
        }

        assertThat(digest.firstTerminal()).isEqualTo(200);
        assertThat(digest.hex()).startsWith("ae122fda3154dfb5");
    }

    @Test
    void shouldHoldActions() {
        MinAtarDigest.Actions single = MinAtarDigest.actions(9, 1);
        MinAtarDigest.Actions held = MinAtarDigest.actions(9, 3);

        for (int i = 0; i < 20; i++) {
            int action = single.next();
            assertThat(List.of(held.next(), held.next(), held.next())).containsOnly(action);
        }
    }

    @Test
    void shouldRefuseRewardsThatAreNotWhole() {
        MinAtarDigest digest = new MinAtarDigest(new HalfRewards());

        assertThatThrownBy(() -> digest.step(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reward=0.5");
    }

    private static MinAtarDigest digest(String game, long seed, double sticky) {
        return new MinAtarDigest(
                Environments.create("minatar/" + game, seed, Map.of("sticky", Double.toString(sticky))));
    }

    private static void play(MinAtarDigest digest, MinAtarDigest.Actions actions, long until) {
        while (digest.steps() < until) {
            digest.step(actions.next());
        }
    }

    /** A recorded run of the reference: a line of facts, a line of digests of its beginnings, a line of actions. */
    private record Trace(
            long seed,
            double sticky,
            long steps,
            long reward,
            long terminals,
            String digest,
            List<String> prefixes,
            String actions) {

        static Trace read(String game) throws IOException {
            try (InputStream file = MinAtarDigestTest.class.getResourceAsStream(game + "-trace.txt")) {
                String[] lines = new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n");
                Map<String, String> facts = new HashMap<>();
                for (String fact : lines[0].split(" ")) {
                    String[] pair = fact.split("=");
                    facts.put(pair[0], pair[pair.length - 1]);
                }
                List<String> prefixes =
                        List.of(lines[1].substring("prefix ".length()).split(" "));
                return new Trace(
                        Long.parseLong(facts.get("seed")),
                        Double.parseDouble(facts.get("sticky")),
                        Long.parseLong(facts.get("steps")),
                        Long.parseLong(facts.get("return")),
                        Long.parseLong(facts.get("terminals")),
                        facts.get("sha256_16"),
                        prefixes,
                        lines[2].substring("actions ".length()));
            }
        }
    }

    private static final class HalfRewards implements Environment {

        @Override
        public ObservationSpec observationSpec() {
            return ObservationSpec.bytes(1);
        }

        @Override
        public ActionSpec actionSpec() {
            return new ActionSpec(1);
        }

        @Override
        public void reset() {}

        @Override
        public void step(int action, Step step) {
            step.set(0.5f, false, false);
        }

        @Override
        public void observe(byte[] destination, int offset) {
            destination[offset] = 0;
        }

        @Override
        public byte[] save() {
            return new byte[0];
        }

        @Override
        public void restore(byte[] state) {}
    }
}
