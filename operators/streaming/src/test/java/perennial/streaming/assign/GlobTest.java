package perennial.streaming.assign;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class GlobTest {

    @Test
    void shouldMatchNamesAndWildcards() {
        assertThat(Glob.matches("random-labels", "random-labels")).isTrue();
        assertThat(Glob.matches("random-labels", "random-labels-2")).isFalse();
        assertThat(Glob.matches("random-*", "random-labels")).isTrue();
        assertThat(Glob.matches("*", "")).isTrue();
        assertThat(Glob.matches("stream.?", "stream.1")).isTrue();
        assertThat(Glob.matches("stream.?", "stream.")).isFalse();
        assertThat(Glob.matches("stream.?", "streamx1")).isFalse();
    }

    @Test
    void shouldMatchAPatternOfManyStarsWithoutTryingAllWays() {
        assertThat(Glob.matches("*a".repeat(30) + "b", "a".repeat(900))).isFalse();
    }

    @Property
    void shouldAgreeWithTheRegularExpression(
            @ForAll @StringLength(max = 8) @Chars({'a', 'b', '*', '?'}) String pattern,
            @ForAll @StringLength(max = 8) @CharRange(from = 'a', to = 'b') @Chars({'*'}) String text) {
        String expression = pattern.replace("*", ".*").replace("?", ".");

        assertThat(Glob.matches(pattern, text)).isEqualTo(text.matches(expression));
    }
}
