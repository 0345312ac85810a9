package perennial.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeFolderTest {

    private static final String KEPT = "org.bytedeco.javacpp.cachedir";
    private static final List<String> PROPERTIES = List.of(KEPT, "org.xerial.snappy.tempdir", "ZstdTempFolder");

    private final Map<String, String> before = new HashMap<>();

    @TempDir
    private Path folder;

    @BeforeEach
    void clearProperties() {
        for (String property : PROPERTIES) {
            before.put(property, System.clearProperty(property));
        }
    }

    @AfterEach
    void putPropertiesBack() {
        before.forEach((property, value) -> {
            if (value == null) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, value);
            }
        });
    }

    @Test
    void shouldKeepLibrariesInAFolderOfTheHomeThatNobodyElseMayEnter() throws IOException {
        NativeFolder.prepare(null, folder);

        assertThat(System.getProperty(KEPT))
                .isEqualTo(folder.resolve(".javacpp/cache").toString());
        assertThat(modes(folder.resolve(".javacpp/cache"))).isEqualTo("rwx------");
        for (String property : PROPERTIES) {
            assertThat(modes(Path.of(System.getProperty(property)))).isEqualTo("rwx------");
        }
    }

    @Test
    void shouldTakeTheRightToWriteAFolderFromOthers() throws IOException {
        Path cache = Files.createDirectories(folder.resolve(".javacpp/cache"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));

        NativeFolder.prepare(null, folder);

        assertThat(modes(cache)).isEqualTo("rwxr-xr-x");
    }

    @Test
    void shouldUseTheFolderThatIsConfigured() throws IOException {
        Path configured = folder.resolve("native");

        NativeFolder.prepare(configured.toString(), folder);

        for (String property : PROPERTIES) {
            assertThat(Path.of(System.getProperty(property))).startsWith(configured);
        }
        assertThat(modes(configured)).isEqualTo("rwx------");
    }

    @Test
    void shouldRefuseAConfiguredFolderThatIsNone() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThatThrownBy(() -> NativeFolder.prepare(file.toString(), folder))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("name another one in PERENNIAL_NATIVE_FOLDER");
    }

    @Test
    void shouldDoWithoutAHome() throws IOException {
        Path home = Files.writeString(folder.resolve("no-home"), "x");

        NativeFolder.prepare(null, home);

        Path cache = Path.of(System.getProperty(KEPT));
        assertThat(modes(cache)).isEqualTo("rwx------");
        assertThat(cache.getFileName().toString()).startsWith("perennial-native-");
    }

    @Test
    void shouldLeaveWhatALibraryWasToldItself() {
        System.setProperty(KEPT, "/elsewhere");

        NativeFolder.prepare(null, folder);

        assertThat(System.getProperty(KEPT)).isEqualTo("/elsewhere");
    }

    private static String modes(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
