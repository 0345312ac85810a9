package perennial.streaming.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActorMapTest {

    @Test
    void shouldTellActorsOfOneStreamApart() {
        ActorMap<String> map = new ActorMap<>(10);
        map.put("s", 0, "zero");
        map.put("s", 1, "one");
        map.put("t", 0, "other");

        assertThat(map.get("s", 0)).isEqualTo("zero");
        assertThat(map.get("s", 1)).isEqualTo("one");
        assertThat(map.get("t", 0)).isEqualTo("other");
        assertThat(map.get("t", 1)).isNull();
    }

    @Test
    void shouldForgetTheActorThatWasQuietForLongest() {
        ActorMap<String> map = new ActorMap<>(2);
        map.put("a", 0, "a");
        map.put("b", 0, "b");
        map.get("a", 0);

        map.put("c", 0, "c");

        List<String> left = new ArrayList<>();
        map.forEach((actor, value) -> left.add(actor.stream()));
        assertThat(left).containsExactly("a", "c");
    }
}
