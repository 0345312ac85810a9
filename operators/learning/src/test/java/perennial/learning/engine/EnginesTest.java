package perennial.learning.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnginesTest {

    @Test
    void shouldCreateEnginesByName() {
        try (Engine cpu = Engines.create("cpu");
                Engine nd4j = Engines.create("nd4j")) {
            assertThat(cpu.name()).isEqualTo("cpu");
            assertThat(nd4j.name()).isEqualTo("nd4j");
        }
    }

    @Test
    void shouldListTheNamesWhereThereIsNoSuchEngine() {
        assertThatThrownBy(() -> Engines.create("gpu"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cpu, nd4j, auto")
                .hasMessageContaining("engine=gpu");
    }

    @Test
    void shouldChooseTheProcessorWhereTheClassPathHasNoCuda() {
        List<String> asked = new ArrayList<>();
        ClassLoader without = new ClassLoader(null) {
            @Override
            public URL getResource(String name) {
                asked.add(name);
                return null;
            }
        };

        try (Engine engine = Engines.automatic(without)) {
            assertThat(engine.name()).isEqualTo("cpu");
            assertThat(asked).containsExactly("nd4j-jcublas.properties");
        }
    }
}
