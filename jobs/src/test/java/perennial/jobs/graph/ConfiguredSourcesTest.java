package perennial.jobs.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import perennial.jobs.config.Configuration;
import perennial.learning.event.Event;
import perennial.learning.event.EventSource;

class ConfiguredSourcesTest {

    @Test
    void shouldMakeExamplesThatAreNoImages() {
        Configuration configuration = Configuration.parse("""
                learners:
                  - name: a
                    labels:
                      stream: bits
                      images: {type: bits, slow: 4, fast: 2}
                      change: {type: slowBits}
                      resets: 1
                      examplesPerTask: 3
                    task: {type: regression, input: [6], outputs: 1}
                    network: {hidden: [5]}
                """, "F", List.of(), name -> null);

        try (EventSource source = new ConfiguredSources(configuration)
                .open(configuration.learnerSpecs().get(0), null)) {
            Event event = source.next();

            assertThat(event.kind).isEqualTo(Event.Kind.EXAMPLE);
            assertThat(event.features.length()).isEqualTo(6);
            assertThat(event.target.length()).isEqualTo(1);
        }
    }
}
