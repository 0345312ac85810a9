package perennial.jobs.cli;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.text.CaseUtils;

/** Constants as they are written on the command line and in tables: unknownStream for UNKNOWN_STREAM. */
final class Words {

    private Words() {}

    static String of(Enum<?> constant) {
        return CaseUtils.toCamelCase(constant.name(), false, '_');
    }

    static List<String> of(Enum<?>[] constants) {
        return Arrays.stream(constants).map(Words::of).toList();
    }
}
