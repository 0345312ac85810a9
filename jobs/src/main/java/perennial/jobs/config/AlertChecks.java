package perennial.jobs.config;

import java.util.HashMap;
import java.util.Map;
import perennial.streaming.watch.AlertRule.Baseline;
import perennial.streaming.watch.Quantity;

/** Finds rules of alerts that speak of quantities there are none of, or could never be raised or cleared. */
final class AlertChecks {

    private final Binder binder;
    private final Problems problems;

    AlertChecks(Binder binder, Problems problems) {
        this.binder = binder;
        this.problems = problems;
    }

    void check() {
        Map<String, String> names = new HashMap<>();
        for (int i = 0; binder.exists("alerts[" + i + "]"); i++) {
            String rule = "alerts[" + i + "]";
            checkName(rule, names);
            checkQuantity(rule);
            AlertSection section = binder.valueAt(rule, AlertSection.class);
            if (section instanceof AlertSection.Above above) {
                checkLimits(rule, above.limits(), 1);
            } else if (section instanceof AlertSection.Below below) {
                checkLimits(rule, below.limits(), -1);
            }
        }
    }

    private void checkName(String rule, Map<String, String> names) {
        String name = binder.valueAt(rule + ".name", String.class);
        if (name == null) {
            return;
        }
        if (!name.matches("[A-Za-z0-9._-]+")) {
            refuse(
                    rule,
                    "name",
                    "may have letters, digits, dots, underscores and minuses only, since alerts carry it: found="
                            + name);
        }
        String other = names.putIfAbsent(name, rule);
        if (other != null) {
            refuse(rule, "name", "must be unique: found=" + name + ", which is also the name of " + other);
        }
    }

    private void checkQuantity(String rule) {
        String quantity = binder.valueAt(rule + ".quantity", String.class);
        if (quantity != null && !Quantity.names().contains(quantity)) {
            refuse(
                    rule,
                    "quantity",
                    "is no number of reports or task summaries: found=" + quantity
                            + Nearest.hint(quantity, Quantity.names()));
        }
    }

    /** @param side 1 where what is larger is worse, and -1 where what is smaller is */
    private void checkLimits(String rule, AlertSection.Limits limits, int side) {
        double raise = limits.raise();
        double clear = limits.clear();
        String bound = side > 0 ? "at most " : "at least ";
        if (side * clear > side * raise) {
            refuse(
                    rule,
                    "clear",
                    "must be on the good side of raise, or equal to it: found=" + clear + " allowed: " + bound + raise);
        } else if (limits.baseline() == Baseline.BEST && side * clear < side) {
            // What is divided by the best there was is never better than 1.
            refuse(
                    rule,
                    "clear",
                    "could never be reached, since nothing is better than the best: found=" + clear + " allowed: "
                            + (side > 0 ? "at least " : "at most ") + 1.0);
        }
    }

    private void refuse(String rule, String key, String sentence) {
        String path = rule + "." + key;
        String name = binder.valueAt(rule + ".name", String.class);
        problems.add(
                binder.placeOf(path),
                path + " " + sentence + (name == null || key.equals("name") ? "" : "; rule=" + name));
    }
}
