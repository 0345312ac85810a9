package perennial.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentOptionsTest {

    @Test
    void shouldReadCountsAndTexts() {
        EnvironmentOptions options = new EnvironmentOptions("plant/pump", Map.of("valves", "3", "site", "north"));

        assertThat(options.count("valves", 1, 5)).isEqualTo(3);
        assertThat(options.count("tanks", 1, 5)).isEqualTo(5);
        assertThat(options.text("site")).contains("north");
        assertThat(options.text("town")).isEmpty();
        options.refuseOthers();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "2.0", "many", "", "2147483648"})
    void shouldRefuseWhatIsNoCount(String value) {
        EnvironmentOptions options = new EnvironmentOptions("plant/pump", Map.of("valves", value));

        assertThatThrownBy(() -> options.count("valves", 1, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the option valves must be a whole number from 1 to 2147483647: value=" + value);
    }

    @Test
    void shouldNameTheOptionsThatThereAre() {
        EnvironmentOptions options = new EnvironmentOptions("plant/pump", Map.of("valve", "3"));
        options.count("valves", 1, 5);
        options.text("site");

        assertThatThrownBy(options::refuseOthers)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("plant/pump has no such option: option=valve; its options are site, valves");
    }
}
