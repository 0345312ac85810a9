# The mill's log as events, one JSON object a line: awk -v stream=NAME -f events.awk FILE.csv
BEGIN { FS = "," }
FNR == 1 { next }                                              # the columns' names
{ printf "{\"stream\":\"%s\",\"sequence\":%d,", stream, $1 }
$7 == "" { printf "\"type\":\"labelReset\",\"task\":%d,\"note\":\"new tool\"}\n", $2; next }
{ printf "\"type\":\"example\",\"features\":[%s,%s,%s,%s],\"label\":%d}\n", $3, $4, $5, $6, $7 }
