SELECT day
FROM UNNEST(GENERATE_DATE_ARRAY(DATE_SUB('{{"{{"}} ds {{"}}"}}', INTERVAL {{"{{"}} params.days {{"}}"}} DAY), '{{"{{"}} ds {{"}}"}}')) AS day
{{"{%"}} if is_incremental() {{"%}"}}
WHERE day = '{{"{{"}} ds {{"}}"}}'
{{"{%"}} endif {{"%}"}}
