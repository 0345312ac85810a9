package perennial.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRecordsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"example\",\"stream\":\"s\",\"sequence\":0,\"features\":[0.5,1.0E10],\"label\":3}",
                "{\"type\":\"example\",\"stream\":\"s\",\"sequence\":1,\"featuresBase64\":\"AAH/\",\"label\":[0.25]}",
                "{\"type\":\"labelReset\",\"stream\":\"s\",\"sequence\":2,\"task\":1,\"kind\":\"labelsRedrawn\"}",
                "{\"type\":\"transition\",\"stream\":\"s\",\"actor\":0,\"sequence\":0,\"episode\":0,\"observation\":[1.0],\"action\":2,\"reward\":0.0,\"terminal\":false,\"truncated\":false}",
                "{\"type\":\"episodeEnd\",\"stream\":\"s\",\"actor\":0,\"sequence\":1,\"episode\":0,\"return\":1.0,\"length\":1}",
            })
    void shouldWriteTheVeryLineItRead(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);

        assertThat(JsonRecords.eventLine(JsonRecords.parseEvent(bytes)))
                .asString()
                .isEqualTo(line);
    }
}
